package dev.millrace.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
    /** Made once by hand: the checksum is zlib's CRC-32 of everything before it. */
    private static final String KNOWN = "mrk_0011223344556677_" + "ab".repeat(32) + "_484c855b";

    private static final Secret PEPPER = new Secret("pepper");

    @Test
    void readsTheKeyItMade() {
        // Given
        var key = ApiKey.create();
        // When
        var read = ApiKey.parse(key.text().reveal()).orElseThrow();
        // Then
        assertThat(read.keyId()).isEqualTo(key.keyId()).matches("[0-9a-f]{16}");
        assertThat(read.text()).isEqualTo(key.text());
        assertThat(read.hmac(PEPPER)).isEqualTo(key.hmac(PEPPER));
    }

    @Test
    void neverMakesTheSameKeyTwice() {
        var ids = new HashSet<String>();
        var texts = new HashSet<String>();
        for (int i = 0; i < 1000; i++) {
            var key = ApiKey.create();
            assertThat(ids.add(key.keyId())).isTrue();
            assertThat(texts.add(key.text().reveal())).isTrue();
        }
    }

    @Test
    void neverPrintsTheSecretPart() {
        var key = ApiKey.create();
        assertThat(key.toString()).isEqualTo("mrk_" + key.keyId() + "_***");
        assertThat("%s %s".formatted(key, key.text()))
                .doesNotContain(key.text().reveal().substring(21, 40));
    }

    @Test
    void refusesAKeyWithAnySingleCharacterChanged() {
        for (int i = 0; i < KNOWN.length(); i++) {
            var changed = new StringBuilder(KNOWN);
            changed.setCharAt(i, KNOWN.charAt(i) == '0' ? '1' : '0');
            assertThat(ApiKey.parse(changed.toString())).as("character %d", i).isEmpty();
        }
        assertThat(ApiKey.parse(KNOWN)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mrk_", "sk-12345", "mrk_0011223344556677", " ", "mrk_\n"})
    void refusesWhatIsNoKey(String presented) {
        assertThat(ApiKey.parse(presented)).isEmpty();
        assertThat(ApiKey.parse(KNOWN + presented + "x")).isEmpty();
        assertThat(ApiKey.parse(KNOWN.toUpperCase(Locale.ROOT))).isEmpty();
    }

    /** Expected value: {@code printf %s <key> | openssl dgst -sha256 -hmac pepper}. */
    @Test
    void isStoredAsHmacUnderThePepper() {
        var key = ApiKey.parse(KNOWN).orElseThrow();
        assertThat(HexFormat.of().formatHex(key.hmac(PEPPER)))
                .isEqualTo("9be7dbaa728abba4f68499eb115cf5bee59070b10bd5846be4d4cb8397ece333");
        assertThat(key.hmac(new Secret("other pepper"))).isNotEqualTo(key.hmac(PEPPER));
    }

    @Test
    void refusesAnEmptyPepper() {
        assertThatIllegalArgumentException().isThrownBy(() -> ApiKey.create().hmac(new Secret("")));
    }
}
