package dev.millrace.worker.call;

import dev.millrace.worker.output.RecordWriter;
import dev.millrace.worker.transport.Deadlines;
import java.time.InstantSource;

/**
 * What all calls of a worker share.
 *
 * @param maxUnsentBytesPerCall the vendor of a call is held back while so much of its output is not durable
 * @param maxUnsentBytes every vendor is held back while so much of all output is not durable
 */
public record CallSettings(
        String workerId,
        RecordWriter writer,
        Membership membership,
        Deadlines deadlines,
        InstantSource clock,
        long maxUnsentBytesPerCall,
        long maxUnsentBytes) {}
