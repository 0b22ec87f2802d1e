package dev.millrace.router.processor;

import dev.millrace.avro.InferenceDispatch;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.Lane;

/** What the router writes. */
public sealed interface Outgoing {
    /** Work for the workers of a pool and lane. */
    record Dispatch(String pool, Lane lane, InferenceDispatch order) implements Outgoing {}

    /** What a job costs. */
    record Settled(JobSettlement settlement) implements Outgoing {}
}
