package dev.millrace.worker.local;

import java.nio.ByteBuffer;
import java.util.Map;

/** Something the scripted vendor does. */
public sealed interface LocalEvent {
    /** Waits after the event before, milliseconds. */
    long delayMillis();

    /** Does not accept the connection. */
    record RefuseConnection(long delayMillis) implements LocalEvent {}

    record Head(long delayMillis, int status, Map<String, String> headers) implements LocalEvent {}

    record Bytes(long delayMillis, ByteBuffer bytes) implements LocalEvent {}

    /** Ends the body in order. */
    record End(long delayMillis) implements LocalEvent {}

    /** Breaks the connection. */
    record Reset(long delayMillis) implements LocalEvent {}
}
