package dev.millrace.egress.delivery;

import dev.millrace.job.JobId;

/** Makes the format of an answer. */
@FunctionalInterface
public interface AnswerFormats {
    /** A fresh format for {@code job}. Asked a second time, for the earlier job, where a submit turns out to repeat one. */
    AnswerFormat of(JobId job);
}
