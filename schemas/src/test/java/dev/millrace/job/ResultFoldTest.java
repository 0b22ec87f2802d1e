package dev.millrace.job;

import static dev.millrace.avro.JobStatus.CANCELLED;
import static dev.millrace.avro.JobStatus.COMPLETED;
import static dev.millrace.avro.JobStatus.FAILED;
import static dev.millrace.avro.JobStatus.INCOMPLETE;
import static dev.millrace.job.ResultRecords.ACCOUNT;
import static dev.millrace.job.ResultRecords.end;
import static dev.millrace.job.ResultRecords.endWith;
import static dev.millrace.job.ResultRecords.text;
import static dev.millrace.job.ResultRecords.textOf;
import static dev.millrace.job.ResultRecords.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.VerdictKind;
import dev.millrace.job.ResultFold.Accepted;
import dev.millrace.job.ResultFold.Answered;
import dev.millrace.job.ResultFold.Dropped;
import dev.millrace.job.ResultFold.Gap;
import dev.millrace.job.ResultFold.Step;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResultFoldTest {
    private final ResultFold fold = new ResultFold(ACCOUNT);

    /** A log and what its last record means: an index, {@code restart} and an index, {@code gap}, or the reason it is dropped. */
    static Stream<Arguments> rules() {
        return Stream.of(
                rule("first record", "0", text(1, 1, 0, "a")),
                rule("next seq", "1", text(1, 1, 0, "a"), text(1, 1, 1, "b")),
                rule("repeated seq", "duplicate seq", text(1, 1, 0, "a"), text(1, 1, 0, "a")),
                rule("earlier seq", "duplicate seq", text(1, 1, 0, "a"), text(1, 1, 1, "b"), text(1, 1, 0, "a")),
                rule("negative seq", "duplicate seq", text(1, 1, -1, "a")),
                rule("negative seq of a new execution", "duplicate seq", text(1, 1, 0, "a"), text(1, 2, -1, "a")),
                rule("lower epoch", "stale execution", text(1, 2, 0, "a"), text(1, 1, 0, "x")),
                rule("lower epoch, next seq", "stale execution", text(1, 2, 0, "a"), text(1, 1, 1, "x")),
                rule("lower attempt with higher epoch", "stale execution", text(2, 1, 0, "a"), text(1, 9, 0, "x")),
                rule("stale end", "stale execution", text(1, 2, 0, "a"), end(1, 1, 1, COMPLETED)),
                rule("another account", "foreign account", textOf("evil", 1, 1, 0, "x")),
                rule(
                        "another account's higher execution",
                        "1",
                        text(1, 1, 0, "a"),
                        textOf("evil", 9, 9, 0, "x"),
                        text(1, 1, 1, "b")),
                rule("higher epoch after content", "restart 1", text(1, 1, 0, "a"), text(1, 2, 0, "A")),
                rule("higher attempt after content", "restart 1", text(1, 5, 0, "a"), text(2, 1, 0, "A")),
                rule("higher epoch without content before", "1", text(1, 1, 0, ""), text(1, 2, 0, "A")),
                rule(
                        "second record of the new execution",
                        "2",
                        text(1, 1, 0, "a"),
                        text(1, 2, 0, "A"),
                        text(1, 2, 1, "B")),
                rule("third execution", "restart 2", text(1, 1, 0, "a"), text(1, 2, 0, "A"), text(2, 2, 0, "α")),
                rule("restart into an empty record", "restart 1", text(1, 1, 0, "a"), text(1, 2, 0, "")),
                rule(
                        "no second restart before new content",
                        "2",
                        text(1, 1, 0, "a"),
                        text(1, 2, 0, ""),
                        text(1, 3, 0, "A")),
                rule("end", "1", text(1, 1, 0, "a"), end(1, 1, 1, COMPLETED)),
                rule("end in the first record", "0", endWith(1, 1, 0, COMPLETED, "all")),
                rule("announced failure keeps what came", "1", text(1, 1, 0, "a"), end(2, 0, 0, FAILED)),
                rule("announced truncation keeps what came", "1", text(1, 1, 0, "a"), end(2, 0, 0, INCOMPLETE)),
                rule(
                        "cancelled before it said anything keeps what came",
                        "1",
                        text(1, 1, 0, "a"),
                        end(1, 2, 0, CANCELLED)),
                rule("empty completion voids what came", "restart 1", text(1, 1, 0, "a"), end(1, 2, 0, COMPLETED)),
                rule(
                        "end with content of a new execution",
                        "restart 1",
                        text(1, 1, 0, "a"),
                        endWith(1, 2, 0, FAILED, "A")),
                rule("after the end", "after the terminal", end(1, 1, 0, COMPLETED), text(1, 1, 1, "x")),
                rule(
                        "higher execution after the end",
                        "after the terminal",
                        end(1, 1, 0, COMPLETED),
                        text(9, 9, 0, "x")),
                rule("second end", "after the terminal", end(1, 1, 0, COMPLETED), end(2, 1, 0, FAILED)),
                rule("missing first record", "gap 0 2", text(1, 1, 2, "c")),
                rule("missing record in the middle", "gap 1 3", text(1, 1, 0, "a"), text(1, 1, 3, "d")),
                rule("missing first record of the next execution", "gap 0 1", text(1, 1, 0, "a"), text(1, 2, 1, "B")),
                rule(
                        "what follows a gap is one too",
                        "gap 1 4",
                        text(1, 1, 0, "a"),
                        text(1, 1, 3, "d"),
                        end(1, 1, 4, COMPLETED)),
                rule(
                        "zombie after a gap",
                        "stale execution",
                        text(1, 1, 0, "a"),
                        text(1, 2, 1, "B"),
                        text(1, 1, 1, "x")),
                rule(
                        "execution after one with a gap",
                        "restart 1",
                        text(1, 1, 0, "a"),
                        text(1, 2, 1, "B"),
                        text(1, 3, 0, "α")),
                rule(
                        "late first record after a gap",
                        "restart 1",
                        text(1, 1, 0, "a"),
                        text(1, 2, 1, "B"),
                        text(1, 2, 0, "A")),
                rule(
                        "announced end beside an attempt the router does not know",
                        "2",
                        text(1, 5, 0, "a"),
                        text(2, 5, 0, "b"),
                        end(AnnouncedEnd.number(1), 5, 0, INCOMPLETE)),
                rule(
                        "that attempt's end after the announced one",
                        "after the terminal",
                        text(2, 5, 0, "b"),
                        end(AnnouncedEnd.number(1), 5, 0, INCOMPLETE),
                        end(2, 5, 1, COMPLETED)),
                rule("verdict before", "0", verdict(VerdictKind.ADMITTED), text(1, 1, 0, "a")));
    }

    private static Arguments rule(String name, String expected, InferenceResult... log) {
        return argumentSet(name, expected, List.of(log));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void decides(String expected, List<InferenceResult> log) {
        // Given
        log.subList(0, log.size() - 1).forEach(fold::apply);
        // When
        var step = fold.apply(log.getLast());
        // Then
        assertThat(inWords(step)).isEqualTo(expected);
    }

    private static String inWords(Step step) {
        return switch (step) {
            case Accepted(long index, var _, boolean restarted) -> (restarted ? "restart " : "") + index;
            case Answered(var verdict) -> verdict.getKind().name();
            case Gap(long expected, long got) -> "gap " + expected + " " + got;
            case Dropped(var reason) -> reason;
        };
    }

    @Test
    void answersWithTheVerdictAtAnyTime() {
        // Given
        fold.apply(text(1, 1, 0, "a"));
        fold.apply(end(1, 1, 1, COMPLETED));
        // When
        var step = fold.apply(verdict(VerdictKind.DUPLICATE));
        // Then
        assertThat(inWords(step)).isEqualTo("DUPLICATE");
        assertThat(fold.nextIndex()).isEqualTo(2);
    }

    @Test
    void handsOutTheRecordItAccepted() {
        var record = text(1, 1, 0, "a");
        assertThat(fold.apply(record)).isEqualTo(new Accepted(0, record, false));
    }

    @Test
    void knowsWhereItStands() {
        assertThat(fold.nextIndex()).isZero();
        assertThat(fold.contentSeen()).isFalse();
        fold.apply(text(1, 1, 0, "a"));
        assertThat(fold.nextIndex()).isEqualTo(1);
        assertThat(fold.contentSeen()).isTrue();
        assertThat(fold.ended()).isFalse();
        fold.apply(text(1, 2, 0, ""));
        assertThat(fold.contentSeen()).as("content of the new execution").isFalse();
        fold.apply(end(1, 2, 1, COMPLETED));
        assertThat(fold.ended()).isTrue();
    }

    @Test
    void countsNothingThatItDrops() {
        // Given
        fold.apply(text(2, 2, 0, "a"));
        // When
        fold.apply(text(1, 1, 0, "x"));
        fold.apply(text(2, 2, 0, "a"));
        fold.apply(textOf("evil", 2, 2, 1, "x"));
        fold.apply(text(2, 2, 5, "x"));
        // Then
        assertThat(inWords(fold.apply(text(2, 2, 1, "b")))).isEqualTo("1");
    }
}
