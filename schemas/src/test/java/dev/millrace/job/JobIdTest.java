package dev.millrace.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobIdTest {
    private static final String UUID_V7 = "0190f3d2a4bc7def8123456789abcdef";

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 9_999, 99_999})
    void carriesThePartitionAndTheTimeOfTheSubmit(int partition) {
        // Given
        long beforeMillis = System.currentTimeMillis();
        // When
        var id = JobId.create(partition);
        // Then
        assertThat(id.resultsPartition(100_000)).isEqualTo(partition);
        assertThat(id.createdAtMillis().orElseThrow()).isBetween(beforeMillis, System.currentTimeMillis());
        assertThat(new JobId(id.value())).isEqualTo(id);
    }

    @Test
    void neverMakesTheSameIdTwice() {
        var ids = new HashSet<JobId>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(ids.add(JobId.create(3))).isTrue();
        }
    }

    @Test
    void refusesANegativePartition() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobId.create(-1))
                .withMessageContaining("resultsPartition")
                .withMessageContaining("-1");
    }

    @Test
    void readsTheTimeOutOfTheUuid() {
        assertThat(new JobId("job_" + UUID_V7 + "_2").createdAtMillis()).hasValue(0x0190f3d2a4bcL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order-4711",
                "job_" + UUID_V7, // no partition
                "job_" + UUID_V7 + "_-1",
                "job_" + UUID_V7 + "_02", // nobody writes it so
                "job_" + UUID_V7 + "_123456",
                "job_0190F3D2A4BC7DEF8123456789ABCDEF_2", // upper case
                "job_0190f3d2a4bc4def8123456789abcdef_2", // version 4: its first bits are no time
                "job_0190f3d2a4bc7def0123456789abcdef_2", // wrong variant
                "xjob_" + UUID_V7 + "_2"
            })
    void goesWhereKafkasDefaultPartitionerSendsIdsThatWereChosenElsewhere(String chosen) {
        // Given
        var id = new JobId(chosen);
        // Then
        for (int count : new int[] {1, 3, 4, 64}) {
            int kafkas = BuiltInPartitioner.partitionForKey(chosen.getBytes(StandardCharsets.UTF_8), count);
            assertThat(id.resultsPartition(count)).isEqualTo(kafkas);
        }
        assertThat(id.createdAtMillis()).isEmpty();
    }

    @Test
    void staysInsideTheTopicWhenTheNamedPartitionDoesNotExist() {
        assertThat(new JobId("job_" + UUID_V7 + "_4").resultsPartition(4)).isBetween(0, 3);
        assertThat(new JobId("job_" + UUID_V7 + "_3").resultsPartition(4)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a.b", "a/b", "ä", "a\n", "job_1\u0000"})
    void refusesWhatIsNoId(String value) {
        assertThat(JobId.isValid(value)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JobId(value))
                .withMessageStartingWith("jobId: must match");
    }

    @Test
    void takesUpTo128Characters() {
        assertThat(new JobId("x".repeat(128)).toString()).hasSize(128);
        assertThatIllegalArgumentException().isThrownBy(() -> new JobId("x".repeat(129)));
    }

    @Test
    void doesNotRepeatARefusedIdInTheMessage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JobId("tell nobody"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("tell nobody"));
    }

    @ParameterizedTest
    @CsvSource({"inference-requests, 3, 17, inference-requests-3-17", "a_b, 0, 0, a_b-0-0"})
    void givesTheSameRecordTheSameId(String topic, int partition, long offset, String expected) {
        assertThat(JobId.ofRecord(topic, partition, offset)).isEqualTo(new JobId(expected));
    }

    @Test
    void keepsRecordsOfTopicsApartWhoseNamesAreNoIds() {
        var ids = new HashSet<JobId>();
        for (var topic : new String[] {"a.b", "a_b", "a-b", "t".repeat(249), "t".repeat(248)}) {
            assertThat(ids.add(JobId.ofRecord(topic, 1, Long.MAX_VALUE))).isTrue();
        }
        assertThat(JobId.ofRecord("a.b", 1, 2)).isEqualTo(JobId.ofRecord("a.b", 1, 2));
    }
}
