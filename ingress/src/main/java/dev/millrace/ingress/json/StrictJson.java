package dev.millrace.ingress.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.error.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns bytes into one JSON object, or says why not.
 *
 * <p>Stricter than most readers, because what is read here is sent on to others who may read it otherwise: UTF-8 only (a byte order
 * mark is skipped), no repeated member, nothing after the object, no unpaired surrogate, bounded depth and number length. Numbers keep
 * every digit. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
public final class StrictJson {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final BodyLimits limits;
    private final ObjectReader reader;

    public StrictJson(BodyLimits limits) {
        this.limits = limits;
        var constraints = StreamReadConstraints.builder()
                .maxNestingDepth(limits.maxDepth())
                .maxNumberLength(limits.maxNumberChars())
                .maxNameLength(limits.maxNameChars())
                .maxStringLength(Integer.MAX_VALUE)
                .build();
        var factory = JsonFactory.builder()
                .streamReadConstraints(constraints)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .build();
        this.reader = JsonMapper.builder(factory)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build()
                .readerFor(JsonNode.class);
    }

    public BodyLimits limits() {
        return limits;
    }

    /**
     * Reads a body.
     *
     * @throws Mistake with {@link ErrorCode#INVALID_JSON}, or {@link ErrorCode#INVALID_REQUEST} when a limit is exceeded
     */
    public JsonObject object(byte[] body) {
        return new JsonObject(objectNode(text(body), null), "", limits);
    }

    /** A body that was put together here. */
    public JsonObject object(ObjectNode body) {
        Surrogates.check(body, "");
        return new JsonObject(body, "", limits);
    }

    /**
     * Reads a JSON text from elsewhere than the body, such as a header.
     *
     * @param source what to name in an error
     */
    public JsonObject object(String text, String source) {
        return new JsonObject(objectNode(text, source), source, limits);
    }

    private static String text(byte[] body) {
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new Mistake(ErrorCode.INVALID_JSON, "The body is not valid UTF-8.", null);
        }
    }

    private ObjectNode objectNode(String text, @Nullable String source) {
        var what = source == null ? "The body" : "'" + source + "'";
        if (text.isBlank()) {
            throw new Mistake(ErrorCode.INVALID_JSON, what + " is empty; expected a JSON object.", source);
        }
        JsonNode tree;
        try {
            tree = reader.readValue(text);
        } catch (StreamConstraintsException e) {
            throw new Mistake(ErrorCode.INVALID_REQUEST, what + " " + exceeded() + at(e) + ".", source);
        } catch (JsonProcessingException e) {
            throw new Mistake(
                    ErrorCode.INVALID_JSON,
                    what + " is not valid JSON" + at(e) + ". Member names must not repeat and nothing may follow.",
                    source);
        }
        if (!(tree instanceof ObjectNode object)) {
            throw new Mistake(
                    ErrorCode.INVALID_JSON,
                    what + " must be a JSON object, but is " + JsonTypes.article(tree) + ".",
                    source);
        }
        Surrogates.check(object, source == null ? "" : source);
        return object;
    }

    private String exceeded() {
        return "exceeds a limit: at most " + limits.maxDepth() + " levels deep, " + limits.maxNumberChars()
                + " characters per number, " + limits.maxNameChars() + " per member name";
    }

    private static String at(JsonProcessingException e) {
        var location = e.getLocation();
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
