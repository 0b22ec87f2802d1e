package dev.millrace.ops.history;

import dev.millrace.avro.InferenceResult;
import dev.millrace.avro.Terminal;
import dev.millrace.avro.TextDelta;
import dev.millrace.job.AccountId;
import dev.millrace.job.ResultFold;
import dev.millrace.job.ResultFold.Accepted;
import dev.millrace.job.ResultFold.Answered;
import dev.millrace.job.ResultFold.Dropped;
import dev.millrace.job.ResultFold.Gap;
import dev.millrace.job.ResultFold.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One job as a reader of the results topic sees it: the public fold over its records in log order. Not thread-safe. */
public final class FoldedJob {
    private final String id;
    private final String account;
    private final ResultFold fold;
    private final StringBuilder text = new StringBuilder();
    private final List<String> faults = new ArrayList<>(0);
    private @Nullable Terminal terminal;
    private int acceptedTerminals;
    private int terminals;
    private int records;
    private int accepted;
    private int restarts;
    private int answers;

    public FoldedJob(String id, String account) {
        this.id = id;
        this.account = account;
        this.fold = new ResultFold(new AccountId(account));
    }

    /** Applies the next record; gives what it means to a reader. */
    public Step add(InferenceResult record) {
        records++;
        if (record.getTerminal() != null) {
            terminals++;
        }
        var step = fold.apply(record);
        switch (step) {
            case Accepted(var _, var counted, var restarted) -> accept(counted, restarted);
            case Gap gap -> faults.add("gap: " + gap);
            case Answered _ -> answers++;
            case Dropped _ -> {
                // stale, repeated or late: nobody sees it
            }
        }
        return step;
    }

    private void accept(InferenceResult record, boolean restarted) {
        accepted++;
        if (restarted) {
            restarts++;
            text.setLength(0);
        }
        for (var delta : record.getDeltas()) {
            if (delta.getContent() instanceof TextDelta piece) {
                text.append(piece.getText());
            }
        }
        if (record.getTerminal() != null) {
            acceptedTerminals++;
            terminal = record.getTerminal();
        }
    }

    /** Notes a record of the job that could not be read. */
    public void addUndecodable(String reason) {
        records++;
        faults.add("undecodable: " + reason);
    }

    public String id() {
        return id;
    }

    public String account() {
        return account;
    }

    public boolean ended() {
        return fold.ended();
    }

    /** The end that readers accept; empty while there is none. */
    public Optional<Terminal> end() {
        return Optional.ofNullable(terminal);
    }

    /** What was said: the text of the execution that counts. */
    public String text() {
        return text.toString();
    }

    /** Gaps and records that do not decode; a healthy log has none. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** Terminals that readers accept; the fold lets one through at most. */
    public int acceptedTerminals() {
        return acceptedTerminals;
    }

    /** Terminal records on the log, those that readers ignore included. */
    public int terminals() {
        return terminals;
    }

    /** How often an execution began after content of an earlier one. */
    public int restarts() {
        return restarts;
    }

    /** Records that readers accept. */
    public int accepted() {
        return accepted;
    }

    /** Records that readers ignore. */
    public int dropped() {
        return records - accepted - answers;
    }

    /** True when all there is are answers to submits under an idempotency key: it is no job of its own. */
    public boolean onlyAnswers() {
        return records == answers;
    }
}
