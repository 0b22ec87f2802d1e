package dev.millrace.ops.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of calls, one JSON object per line: {@code {"custom_id": ..., "body": {...}}} as in OpenAI's batches, or the bare body of a
 * chat completion.
 *
 * @param mistakes one sentence per line that is no call, with its number
 * @see <a href="https://platform.openai.com/docs/guides/batch">OpenAI batch input</a>
 */
record BatchFile(List<Line> lines, List<String> mistakes) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHAT = "/v1/chat/completions";

    /**
     * One call.
     *
     * @param number from 1
     * @param customId the submitter's name of it; {@code line-<number>} where it has none
     */
    record Line(int number, String customId, ObjectNode body) {}

    /** Why a line is no call. */
    private static final class NoCall extends Exception {
        private static final long serialVersionUID = 1L;

        NoCall(String message) {
            super(message);
        }
    }

    static BatchFile read(Path file) throws IOException {
        var lines = new ArrayList<Line>();
        var mistakes = new ArrayList<String>();
        var numbersById = new HashMap<String, Integer>();
        int number = 0;
        for (var text : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            number++;
            if (text.isBlank()) {
                continue;
            }
            try {
                lines.add(line(number, text, numbersById));
            } catch (NoCall e) {
                mistakes.add("line " + number + ": " + e.getMessage());
            }
        }
        return new BatchFile(lines, mistakes);
    }

    private static Line line(int number, String text, Map<String, Integer> numbersById) throws NoCall {
        var call = object(text);
        boolean wrapped = call.has("body");
        var customId = customId(call, number, wrapped);
        var body = wrapped ? call.get("body") : call;
        if (!(body instanceof ObjectNode chat) || !chat.path("messages").isArray()) {
            throw new NoCall("the body must be a chat completion: an object with messages");
        }
        if (!chat.path("model").isTextual()) {
            throw new NoCall("the body names no model");
        }
        if (wrapped && !call.path("url").asText(CHAT).equals(CHAT)) {
            throw new NoCall("only calls to " + CHAT + " can be submitted, not "
                    + call.path("url").asText());
        }
        var earlier = numbersById.putIfAbsent(customId, number);
        if (earlier != null) {
            throw new NoCall("custom_id '" + customId + "' is that of line " + earlier + " already");
        }
        chat.remove("stream");
        return new Line(number, customId, chat);
    }

    private static ObjectNode object(String text) throws NoCall {
        JsonNode tree;
        try {
            tree = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new NoCall("not JSON: " + e.getOriginalMessage());
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw new NoCall("must be a JSON object");
    }

    private static String customId(ObjectNode call, int number, boolean wrapped) throws NoCall {
        var id = call.path("custom_id");
        if (id.isMissingNode()) {
            return "line-" + number;
        }
        if (!id.isTextual() || id.textValue().isBlank()) {
            throw new NoCall("custom_id must be text");
        }
        if (!wrapped) {
            throw new NoCall("a line with a custom_id needs a body");
        }
        return id.textValue();
    }

    /**
     * The key under which a line is one job, however often it is submitted: the same file, name of the run, line and body.
     *
     * @param run tells apart runs of the same file that are meant to be new
     */
    static String idempotencyKey(Path file, Optional<String> run, Line line) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var part : List.of(
                    file.toAbsolutePath().normalize().toString(),
                    run.orElse(""),
                    line.customId(),
                    line.body().toString())) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return "submit-" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
