package dev.millrace.worker.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.avro.Usage;
import dev.millrace.worker.Dispatches;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Counts by OpenAI's own tokenizer: "hello world" is two tokens, each word of "one two three" one. */
class TokenEstimateTest {
    @Test
    void countsAChatAndSaysThatItIsAnEstimate() {
        var usage = TokenEstimate.of(Dispatches.local("echo", "hello world", "").getRequest(), "one two three", 0);
        assertThat(usage.getInputTokens()).isEqualTo(3 + 2);
        assertThat(usage.getOutputTokens()).isEqualTo(3);
        assertThat(usage.getEstimated()).isTrue();
    }

    @Test
    void countsTheTextsOfAnEmbedding() {
        var usage = task(Operation.EMBEDDING, Map.of(), "hello world", "one two three");
        assertThat(usage.getInputTokens()).isEqualTo(2 + 3);
        assertThat(usage.getOutputTokens()).isZero();
        assertThat(usage.getEstimated()).isTrue();
    }

    @Test
    void takesTokenIdsForCounted() {
        assertThat(task(Operation.EMBEDDING, Map.of("input_tokens", "[[1,2,3],[4]]"))
                        .getInputTokens())
                .isEqualTo(4);
        assertThat(task(Operation.EMBEDDING, Map.of("input_tokens", "[1,2,3]")).getInputTokens())
                .isEqualTo(3);
        assertThat(task(Operation.EMBEDDING, Map.of("input_tokens", "nonsense")).getInputTokens())
                .isZero();
    }

    @Test
    void countsTheQueryOfARerankingWithEveryDocument() {
        var usage = task(Operation.RERANK, Map.of(), "hello world", "one two three", "one", "two");
        assertThat(usage.getInputTokens()).isEqualTo(3 * 2 + 3 + 1 + 1);
        assertThat(usage.getUnits()).isEqualTo(Map.of("searches", 1L));
    }

    @Test
    void countsTheCharactersOfSpeech() {
        assertThat(task(Operation.SPEECH, Map.of(), "h\u00e9llo \ud83d\ude00").getUnits())
                .isEqualTo(Map.of("characters", 7L));
    }

    private static Usage task(Operation operation, Map<String, String> parameters, String... texts) {
        var parts = Arrays.stream(texts)
                .map(text -> Part.newBuilder().setContent(new TextPart(text)).build())
                .toList();
        var request = InferenceRequest.newBuilder()
                .setAccount("acme")
                .setModel("m")
                .setOperation(operation)
                .setInput(new TaskInput(parts, parameters))
                .build();
        return TokenEstimate.of(request, "", 0);
    }
}
