package dev.millrace.router.admission;

import static dev.millrace.router.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.IdempotencyRecord;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.VerdictKind;
import dev.millrace.router.Samples;
import dev.millrace.router.admission.Idempotency.FirstUse;
import dev.millrace.router.admission.Idempotency.Taken;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class IdempotencyTest {
    @Test
    void aKeyNobodyUsedIsFree() {
        assertThat(Idempotency.of(null, request("job-2").build())).isEqualTo(new FirstUse());
    }

    @Test
    void theSameRequestAgainIsADuplicateOfTheFirstJob() {
        var taken = (Taken) Idempotency.of(
                usedBy(request("job-1").build()), request("job-2").build());

        assertThat(taken.verdict().getKind()).isEqualTo(VerdictKind.DUPLICATE);
        assertThat(taken.verdict().getOriginalJobId()).isEqualTo("job-1");
    }

    @Test
    void anotherRequestUnderTheSameKeyIsAConflict() {
        var other = request("job-2").setModel(Samples.BETA).build();

        var taken = (Taken) Idempotency.of(usedBy(request("job-1").build()), other);

        assertThat(taken.verdict().getKind()).isEqualTo(VerdictKind.CONFLICT);
    }

    @Test
    void theFingerprintLeavesOutWhatDiffersBetweenTwoTries() {
        var first = request("job-1")
                .setCreatedAtMillis(1)
                .setDeadlineAtMillis(5L)
                .setKeyId("k1")
                .build();
        var second = request("job-2")
                .setCreatedAtMillis(2)
                .setCorrelationId("c")
                .setKeyId("k2")
                .build();

        assertThat(Fingerprint.of(first)).isEqualTo(Fingerprint.of(second));
        assertThat(Fingerprint.of(first).remaining()).isEqualTo(32);
    }

    @Test
    void theFingerprintOfTheSubmitterStandsBeforeOurs() {
        var given = ByteBuffer.wrap(new byte[] {1, 2, 3});
        var one = request("job-1").setFingerprint(given).build();
        var other =
                request("job-2").setModel(Samples.BETA).setFingerprint(given).build();

        assertThat(Fingerprint.of(one)).isEqualTo(Fingerprint.of(other)).isEqualTo(given);
    }

    private static IdempotencyRecord usedBy(InferenceRequest request) {
        return IdempotencyRecord.newBuilder()
                .setJobId(request.getJobId())
                .setFingerprint(Fingerprint.of(request))
                .build();
    }
}
