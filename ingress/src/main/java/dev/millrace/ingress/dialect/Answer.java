package dev.millrace.ingress.dialect;

import dev.millrace.egress.delivery.AnswerFormats;
import dev.millrace.egress.delivery.Body;
import dev.millrace.job.JobId;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the client gets. */
public sealed interface Answer {
    /**
     * The job's outcome, on the request's own response.
     *
     * @param stream the vendor is to stream
     * @param includeUsage the stream is to tell usage
     */
    record Awaited(boolean stream, boolean includeUsage, AnswerFormats formats) implements Answer {}

    /**
     * The job's name at once; its outcome is read elsewhere.
     *
     * @param body what is answered once the request is on the log
     */
    record Detached(boolean stream, Function<JobId, Body> body) implements Answer {
        @Override
        public boolean includeUsage() {
            return true;
        }
    }

    /**
     * Something about the request itself; no job is made.
     *
     * @param body made off the event loop: it may take a while
     */
    record Immediate(Supplier<Body> body) implements Answer {
        @Override
        public boolean stream() {
            return false;
        }

        @Override
        public boolean includeUsage() {
            return false;
        }
    }

    boolean stream();

    boolean includeUsage();
}
