package dev.millrace.egress.jobs;

import dev.millrace.avro.ErrorDetail;
import dev.millrace.egress.log.JobEvent;

/** Turns the events of one job into server-sent events. Not thread-safe; one per reader. */
sealed interface EventWriter permits NativeEvents, ChatEvents {
    /**
     * What to send for an event.
     *
     * @param frames complete frames; empty when the client has them already, or when there is nothing to say
     * @param last whether the stream ends with them
     */
    record Rendered(String frames, boolean last) {}

    Rendered render(JobEvent event);

    /** The last frame of a stream that cannot go on. */
    String failure(ErrorDetail error);
}
