package dev.millrace.egress.gemini;

import dev.millrace.egress.delivery.AnswerFormats;
import dev.millrace.egress.http.ErrorFormat;
import dev.millrace.job.JobId;

/** The formats of this dialect's answers. */
public final class GeminiAnswers {
    private GeminiAnswers() {}

    /** How a stream is framed. */
    public enum Framing {
        /** Server-sent events: {@code alt=sse}. */
        EVENTS,
        /** One JSON array whose elements come one by one: the vendor's default. */
        ARRAY
    }

    /** One {@code GenerateContentResponse}. */
    public static AnswerFormats whole(String model) {
        return job -> new WholeContent(job, model);
    }

    /**
     * One {@code GenerateContentResponse} per chunk.
     *
     * @param acceptRestart the reader drops what it has when a chunk says that the answer begins anew
     */
    public static AnswerFormats stream(Framing framing, boolean acceptRestart, String model) {
        return job -> new ContentStream(job, framing, acceptRestart, model);
    }

    /** {@code EmbedContentResponse}, or that of a batch. */
    public static AnswerFormats embeddings(boolean batch) {
        return _ -> new EmbeddingAnswer(batch);
    }

    static ErrorFormat errors() {
        return ErrorFormat.GOOGLE;
    }

    /** The same for every chunk and every reader of a job. */
    static String responseId(JobId job) {
        return job.value();
    }
}
