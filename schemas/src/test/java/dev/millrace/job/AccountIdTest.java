package dev.millrace.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "acme", "acme.eu-west_1", "acct-00", "a.."})
    void takesLowerCaseNames(String value) {
        assertThat(AccountId.isValid(value)).isTrue();
        assertThat(new AccountId(value)).hasToString(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Acme", "-acme", ".acme", "_acme", "ac me", "acme\n", "ac/me", "ac:me", "äcme", "acme\u0000"
            })
    void refusesEverythingElse(String value) {
        assertThat(AccountId.isValid(value)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AccountId(value))
                .withMessageStartingWith("account: must match");
    }

    @Test
    void takesUpTo64Characters() {
        assertThat(AccountId.isValid("a".repeat(64))).isTrue();
        assertThat(AccountId.isValid("a".repeat(65))).isFalse();
    }
}
