package dev.millrace.ops.chaos.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ops.chaos.schedule.Fault.Kind;
import dev.millrace.ops.chaos.schedule.ScheduleDraw.Cast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleDrawTest {
    private static final Cast CAST = new Cast(
            List.of("worker-1", "worker-2", "router-1", "router-2", "ingress-1", "ingress-2", "registry"),
            List.of("broker-1", "broker-2", "broker-3"),
            List.of("router-1", "router-2"),
            List.of("router-2"),
            List.of("worker-1", "router-1"),
            List.of("worker-1", "worker-2"));

    private static Schedule draw(long seed, double minutes) {
        return ScheduleDraw.draw(seed, minutes, 12, false, CAST);
    }

    @Test
    void drawsTheSameListFromTheSameSeed() {
        assertThat(draw(7, 10)).isEqualTo(draw(7, 10));
        assertThat(draw(7, 10).faults()).isNotEqualTo(draw(8, 10).faults());
    }

    @Test
    void isTheSameAfterItWasWrittenDown(@TempDir Path directory) throws IOException {
        var drawn = draw(7, 10);
        var file = directory.resolve("schedule.json");
        drawn.write(file);
        assertThat(Schedule.read(file)).isEqualTo(drawn);
        assertThat(Files.readString(file)).contains("\"kind\" : \"KILL\"");
    }

    @Test
    void killsAsOftenAsAsked() {
        assertThat(draw(3, 60).kills()).isBetween(550L, 850L);
    }

    @Test
    void drawsEveryKindOfFault() {
        assertThat(draw(3, 60).faults()).extracting(Fault::kind).contains(Kind.values());
    }

    /** What goes on beside everything else, such as full disks, comes back until the end; between two of them its target can be killed. */
    @Test
    void killsEverybody() {
        assertThat(draw(3, 60).faults())
                .filteredOn(fault -> fault.kind() == Kind.KILL)
                .extracting(Fault::target)
                .contains("worker-1", "worker-2", "router-1", "router-2", "ingress-1", "ingress-2", "registry")
                .contains("broker-1", "broker-2", "broker-3");
    }

    /** The cluster promises nothing with two brokers away. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void takesOneBrokerAtATimeAndGivesItTimeToComeBack(long seed) {
        var brokers = draw(seed, 60).faults().stream()
                .filter(fault -> fault.role().equals("broker"))
                .toList();
        assertThat(brokers).hasSizeGreaterThan(20);
        for (int i = 1; i < brokers.size(); i++) {
            var before = brokers.get(i - 1);
            assertThat(brokers.get(i).atMillis())
                    .as("%s, then %s", before, brokers.get(i))
                    .isGreaterThanOrEqualTo(before.atMillis() + before.forMillis() + 10_000);
        }
    }

    @Test
    void sparesTheOnlyBroker() {
        var alone = new Cast(
                CAST.victims(), List.of(), CAST.stateful(), CAST.disks(), CAST.cutFromKafka(), CAST.cutFromVendor());
        assertThat(ScheduleDraw.draw(1, 30, 12, true, alone).faults())
                .noneMatch(fault -> fault.role().equals("broker"));
    }

    @Test
    void beginsNothingAfterTheClientsHaveGone() {
        assertThat(draw(5, 2).faults()).allMatch(fault -> fault.atMillis() < 120_000);
    }
}
