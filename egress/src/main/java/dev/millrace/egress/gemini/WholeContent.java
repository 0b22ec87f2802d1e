package dev.millrace.egress.gemini;

import dev.millrace.avro.InferenceResult;
import dev.millrace.egress.delivery.Body;
import dev.millrace.egress.delivery.WholeFormat;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.egress.reply.Reply;
import dev.millrace.job.JobId;

/** One {@code GenerateContentResponse} as one body, its parts in the order they were made. One instance per answer. */
final class WholeContent implements WholeFormat {
    private final JobId job;
    private final String model;
    private ContentBuilder content;

    WholeContent(JobId job, String model) {
        this.job = job;
        this.model = model;
        this.content = new ContentBuilder(job, model);
    }

    @Override
    public ErrorFormat errors() {
        return GeminiAnswers.errors();
    }

    @Override
    public void observe(InferenceResult record, boolean restarted) {
        if (restarted) {
            content = new ContentBuilder(job, model);
        }
        content.add(record);
    }

    @Override
    public Body body(Reply reply, InferenceResult last, long createdAtMillis) {
        return Body.json(content.last(last.getTerminal()));
    }
}
