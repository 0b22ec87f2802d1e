package dev.millrace.ingress.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.json.Mistake;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is done to a valid body, it is read or refused with a 4xx. Replay one run with {@code -Dseed=}. */
class ChatDialectFuzzTest {
    private static final int MUTANTS_PER_SEED = 400;
    private static final List<String> TOKENS = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1e999",
            "\"\"",
            "[]",
            "{}",
            "[[[[",
            "}",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\u0000",
            "\\ud800",
            "9".repeat(70),
            "\"data:image/png;base64,\"",
            "\"model\"",
            "\"messages\"",
            "\"millrace\"");

    static LongStream seeds() {
        var one = Long.getLong("seed");
        return one == null ? new SplittableRandom().longs(25) : LongStream.of(one);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void readsOrRefusesEveryMutant(long seed) throws IOException, URISyntaxException {
        var random = new SplittableRandom(seed);
        var files = WireRequestsTest.requests().toList();
        for (int i = 0; i < MUTANTS_PER_SEED; i++) {
            var original = Files.readAllBytes(files.get(random.nextInt(files.size())));
            var mutant = random.nextBoolean() ? mutateBytes(original, random) : mutateTokens(original, random);
            try {
                Bodies.DIALECT.read(Bodies.incoming(ByteBuffer.wrap(mutant), Map.of()));
            } catch (Mistake mistake) {
                var error = mistake.detail();
                assertThat(error.getHttpStatus()).isBetween(400, 499);
                assertThat(error.getCode()).isNotEqualTo(ErrorCode.INTERNAL.code());
            }
        }
    }

    private static byte[] mutateBytes(byte[] original, SplittableRandom random) {
        var mutant = original.clone();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
        }
        return mutant;
    }

    /** Replaces the text between two structural characters, so that most mutants are still JSON. */
    private static byte[] mutateTokens(byte[] original, SplittableRandom random) {
        var text = new String(original, StandardCharsets.UTF_8);
        var cuts = new ArrayList<Integer>();
        for (int i = 0; i < text.length(); i++) {
            if ("{}[]:,".indexOf(text.charAt(i)) >= 0) {
                cuts.add(i);
            }
        }
        int at = random.nextInt(cuts.size() - 1);
        int span = Math.min(cuts.size() - 1, at + random.nextInt(1, 3));
        var token = TOKENS.get(random.nextInt(TOKENS.size()));
        return (text.substring(0, cuts.get(at) + 1) + token + text.substring(cuts.get(span)))
                .getBytes(StandardCharsets.UTF_8);
    }
}
