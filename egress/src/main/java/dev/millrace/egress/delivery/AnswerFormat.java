package dev.millrace.egress.delivery;

import dev.millrace.egress.http.ErrorFormat;

/** How one job is told to one client. Pure; not thread-safe; one instance per answer. */
public sealed interface AnswerFormat permits StreamFormat, WholeFormat, BinaryFormat {
    /** The shape of an error that is answered instead, with its own status. */
    default ErrorFormat errors() {
        return ErrorFormat.OPENAI;
    }
}
