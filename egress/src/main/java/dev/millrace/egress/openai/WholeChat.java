package dev.millrace.egress.openai;

import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.reply.Reply;
import dev.millrace.job.JobId;

/** A chat completion as one body. */
record WholeChat(JobId job, ChatOptions options) implements WholeFormat {
    @Override
    public Body body(Reply reply, InferenceResult last, long createdAtMillis) {
        return Body.json(ChatCompletion.body(job, options.model(), reply, last, createdAtMillis));
    }
}
