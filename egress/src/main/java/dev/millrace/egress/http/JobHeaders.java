package dev.millrace.egress.http;

import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.log.Attempts;
import dev.millrace.job.JobId;
import io.vertx.core.http.HttpServerResponse;
import java.math.BigDecimal;

/** The headers that tell what happened to a job, as far as it is known when they are set. */
public final class JobHeaders {
    public static final String JOB_ID = "millrace-job-id";
    public static final String PROVIDER = "millrace-provider";
    public static final String MODEL = "millrace-model";
    public static final String ATTEMPTS = "millrace-attempts";
    public static final String CACHE = "millrace-cache";
    public static final String COST = "millrace-cost";

    private JobHeaders() {}

    /** Does nothing when the head is written. */
    public static void put(HttpServerResponse response, JobId id) {
        if (response.headWritten()) {
            return;
        }
        response.putHeader(JOB_ID, id.value());
    }

    /** What a record tells; the cost only with a terminal, in dollars. Does nothing when the head is written. */
    public static void put(HttpServerResponse response, InferenceResult record) {
        if (response.headWritten()) {
            return;
        }
        if (!record.getProvider().isEmpty()) {
            response.putHeader(PROVIDER, headerSafe(record.getProvider()));
        }
        if (!record.getModel().isEmpty()) {
            response.putHeader(MODEL, headerSafe(record.getModel()));
        }
        response.putHeader(ATTEMPTS, Integer.toString(Attempts.of(record)));
        response.putHeader(CACHE, "MISS");
        if (record.getTerminal() != null) {
            response.putHeader(COST, dollars(record.getTerminal().getCostNanos()));
        }
    }

    /** Nano-dollars as dollars, without exponent or trailing zeros. */
    public static String dollars(long nanos) {
        return BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
    }

    /** Model names come from outside; a header holds visible ASCII. */
    private static String headerSafe(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
