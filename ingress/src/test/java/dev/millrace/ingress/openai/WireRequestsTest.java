package dev.millrace.ingress.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.ingress.dialect.Submitter;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests as real clients sent them, to many vendors: nothing of them may be lost. */
class WireRequestsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ChatDialect DIALECT = new ChatDialect(BodyLimits.DEFAULTS);

    /** Words that say which record stands for an object; the record's type says the same. */
    private static final Pattern DISCRIMINATOR = Pattern.compile(
            "messages\\[\\d+]\\.content\\[\\d+]\\.type|messages\\[\\d+]\\.tool_calls\\[\\d+]\\.type|tools\\[\\d+]\\.type"
                    + "|tool_choice\\.type|stream_options\\.include_usage");

    private record Leaf(String path, String text) {}

    static Stream<Path> requests() throws IOException, URISyntaxException {
        var root = Path.of(Objects.requireNonNull(WireRequestsTest.class.getResource("/wire"))
                .toURI());
        try (var files = Files.walk(root)) {
            return files.filter(file -> file.endsWith("request.json")).sorted().toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void keepsEveryValueOfARealRequest(Path file) throws IOException {
        // Given
        var body = Files.readAllBytes(file);
        // When
        var call = DIALECT.read(Bodies.incoming(ByteBuffer.wrap(body), Map.of()));
        // Then
        var submitter = new Submitter(new JobId("j"), new AccountId("a"), null, null, Instant.EPOCH);
        var kept = RecordLeaves.of(call.request(submitter));
        var lost = new ArrayList<Leaf>();
        for (var leaf : leaves(JSON.readTree(body), "")) {
            if (!kept.remove(leaf.text())) {
                lost.add(leaf);
            }
        }
        assertThat(lost).isEmpty();
    }

    private static List<Leaf> leaves(JsonNode node, String path) {
        var leaves = new ArrayList<Leaf>();
        if (node.isObject()) {
            node.properties()
                    .forEach(member -> leaves.addAll(leaves(
                            member.getValue(), path.isEmpty() ? member.getKey() : path + "." + member.getKey())));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                leaves.addAll(leaves(node.get(i), path + "[" + i + "]"));
            }
        } else if (!node.isNull() && !DISCRIMINATOR.matcher(path).matches()) {
            leaves.add(new Leaf(path, comparable(node)));
        }
        return leaves;
    }

    /** Media by value is kept as bytes; its media type stands beside it. */
    private static String comparable(JsonNode leaf) {
        var text = RecordLeaves.text(leaf);
        return text.startsWith("data:") ? text.substring(text.indexOf(',') + 1) : text;
    }
}
