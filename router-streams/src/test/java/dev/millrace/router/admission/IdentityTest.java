package dev.millrace.router.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.router.admission.Identity.Known;
import dev.millrace.router.admission.Identity.Untrusted;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
    private static final JobKey KEY = new JobKey(new AccountId("acme"), new JobId("job-1"));

    @Test
    void trustsTheAccountThatIsAlsoTheKey() {
        assertThat(Identity.of("acme", "job-1", origin("acme"))).isEqualTo(new Known(KEY));
    }

    @Test
    void namesAJobAfterItsRecordWhenTheSubmitterDoesNot() {
        assertThat(Identity.of("acme", "", origin("acme")))
                .isEqualTo(new Known(new JobKey(new AccountId("acme"), new JobId("inference-requests-2-5"))));
    }

    @Test
    void namesAJobAfterItsRecordWhenTheNameIsNotOne() {
        assertThat(Identity.of("acme", "a b", origin("acme")))
                .isEqualTo(new Known(new JobKey(new AccountId("acme"), new JobId("inference-requests-2-5"))));
    }

    @Test
    void trustsNoOtherAccountThanTheKey() {
        var identity = Identity.of("other", "job-1", origin("acme"));

        assertThat(identity).isInstanceOfSatisfying(Untrusted.class, untrusted -> {
            assertThat(untrusted.tell()).isEqualTo(KEY);
            assertThat(untrusted.reason()).contains("account");
        });
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Upper", "with space", "a/b"})
    void trustsNothingWhoseKeyIsNoAccount(@Nullable String key) {
        assertThat(Identity.of(key == null ? "acme" : key, "job-1", origin(key)))
                .isInstanceOfSatisfying(
                        Untrusted.class,
                        untrusted -> assertThat(untrusted.tell()).isNull());
    }

    @Test
    void readsTheIdentityOfGarbageFromKeyAndHeader() {
        assertThat(Identity.ofHeaders(illegible("acme", "job-1"))).isEqualTo(KEY);
        assertThat(Identity.ofHeaders(illegible("acme", null))).isNull();
        assertThat(Identity.ofHeaders(illegible("acme", "not an id"))).isNull();
        assertThat(Identity.ofHeaders(illegible(null, "job-1"))).isNull();
        assertThat(Identity.ofHeaders(illegible("NOBODY", "job-1"))).isNull();
    }

    @Test
    void keysAreReadBackFromTheirText() {
        assertThat(JobKey.parse(KEY.text())).isEqualTo(KEY);
    }

    private static Origin origin(@Nullable String key) {
        return new Origin("inference-requests", 2, 5, 1000, key);
    }

    private static Submission.Illegible illegible(@Nullable String key, @Nullable String jobId) {
        return new Submission.Illegible(origin(key), Map.of(), jobId, "garbage");
    }
}
