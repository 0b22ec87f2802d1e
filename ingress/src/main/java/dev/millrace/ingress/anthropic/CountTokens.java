package dev.millrace.ingress.anthropic;

import dev.millrace.avro.ChatInput;
import dev.millrace.ingress.dialect.Incoming;
import dev.millrace.ingress.dialect.OpenBody;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.tokens.TokenCount;

/**
 * How many tokens a Messages request would take: an estimate, because Anthropic publishes no tokenizer and a model's vendor is not asked. Media
 * is not counted. Thread-safe; counting is slow on its first use and on long texts, so not for event loops.
 *
 * @see <a href="https://docs.claude.com/en/api/messages-count-tokens">Anthropic, count tokens</a>
 */
public final class CountTokens {
    /** What Anthropic adds to every conversation beyond its messages, by its own counts of short ones. */
    private static final int TOKENS_PER_CONVERSATION = 4;

    private final StrictJson json;

    public CountTokens(BodyLimits limits) {
        this.json = new StrictJson(limits);
    }

    /** A request to count. */
    public record Question(String model, ChatInput input) {
        /** The estimate. */
        public long inputTokens() {
            return TOKENS_PER_CONVERSATION + TokenCount.ofInput(input);
        }
    }

    /** Reads a request; throws {@link dev.millrace.ingress.json.Mistake} naming the member that is wrong. */
    public Question read(Incoming request) {
        var body = OpenBody.of(request, json).body();
        var model = body.requiredString("model", MessagesDialect.MAX_MODEL_CHARS);
        return new Question(model, MessagesDialect.input(body, null));
    }
}
