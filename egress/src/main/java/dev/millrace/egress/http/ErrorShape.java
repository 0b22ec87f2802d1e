package dev.millrace.egress.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;

/** How one dialect words an error. Pure. */
interface ErrorShape {
    /** The body. */
    ObjectNode body(ErrorDetail error);

    default String contentType() {
        return "application/json";
    }

    /** The HTTP status; 400-599. */
    default int status(ErrorDetail error) {
        return ErrorFormat.statusOf(error);
    }
}
