package dev.millrace.egress.responses;

import dev.millrace.job.JobId;
import java.util.Optional;

/** The names of responses and of the items we make: both tell the job, so any replica finds it. */
public final class ResponseIds {
    private static final String PREFIX = "resp_";

    private ResponseIds() {}

    /** The response of a job. */
    public static String of(JobId job) {
        return PREFIX + job.value();
    }

    /** The job of a response; empty when the text names none. */
    public static Optional<JobId> job(String responseId) {
        return responseId.startsWith(PREFIX) ? valid(responseId.substring(PREFIX.length())) : Optional.empty();
    }

    /** An item of a job that the vendor gave no id. */
    static String item(String kind, JobId job, int outputIndex) {
        return kind + "_" + job.value() + "_" + outputIndex;
    }

    /** The job of an item that we named; empty for one that a vendor named. */
    public static Optional<JobId> jobOfItem(String itemId) {
        int first = itemId.indexOf('_');
        int last = itemId.lastIndexOf('_');
        return first < 0 || last <= first || !itemId.startsWith("job_", first + 1)
                ? Optional.empty()
                : valid(itemId.substring(first + 1, last));
    }

    private static Optional<JobId> valid(String id) {
        return JobId.isValid(id) ? Optional.of(new JobId(id)) : Optional.empty();
    }
}
