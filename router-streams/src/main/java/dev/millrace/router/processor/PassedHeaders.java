package dev.millrace.router.processor;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.header.Headers;

/** Which headers of a request go on with its job: the trace and CloudEvents attributes, within bounds. */
final class PassedHeaders {
    private static final String TRACEPARENT = "traceparent";
    private static final String CLOUD_EVENTS = "ce_";
    private static final int MAX_HEADERS = 24;
    private static final int MAX_BYTES = 4096;

    private PassedHeaders() {}

    static Map<String, byte[]> of(Headers headers) {
        var passed = new HashMap<String, byte[]>();
        int bytes = 0;
        for (var header : headers) {
            boolean known = header.key().equals(TRACEPARENT) || header.key().startsWith(CLOUD_EVENTS);
            if (known && header.value() != null && passed.size() < MAX_HEADERS) {
                bytes += header.key().length() + header.value().length;
                if (bytes <= MAX_BYTES) {
                    passed.put(header.key(), header.value());
                }
            }
        }
        return passed;
    }
}
