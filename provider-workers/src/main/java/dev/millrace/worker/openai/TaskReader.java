package dev.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.VendorExtras;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What readers of replies that are not chats have in common: deltas, usage, and whatever else the reply says. */
abstract class TaskReader implements ReplyReader {
    /** Dialect of items whose shape is OpenAI's. */
    static final String DIALECT = "openai";

    private final VendorExtras extras;
    private List<Delta> deltas = new ArrayList<>();
    private @Nullable Usage usage;

    /** A reader that keeps what stands beside the members named in {@code content}. */
    TaskReader(int maxExtraBytes, Set<String> content) {
        var elsewhere = new HashSet<>(ChatReplyReader.NOT_EXTRA);
        elsewhere.addAll(content);
        this.extras = new VendorExtras(maxExtraBytes, elsewhere);
    }

    @Override
    public final @Nullable String read(JsonNode reply) {
        if (!reply.isObject()) {
            return "not an object";
        }
        extras.read(reply);
        var counted = TaskUsage.of(reply);
        usage = counted == null ? usage : counted;
        return readContent(reply);
    }

    /** Reads an object's content; returns the path of what is malformed, or null. */
    abstract @Nullable String readContent(JsonNode reply);

    final void add(int index, Object content) {
        deltas.add(new Delta(index, content, Map.of()));
    }

    final void add(int index, Object content, Map<String, String> extensions) {
        deltas.add(new Delta(index, content, extensions));
    }

    /** Sets what the reply's content says of usage beside its usage object. */
    final void setUsage(Usage counted) {
        usage = counted;
    }

    @Override
    public final List<Delta> take() {
        if (deltas.isEmpty()) {
            return List.of();
        }
        var taken = deltas;
        deltas = new ArrayList<>();
        return taken;
    }

    @Override
    public final @Nullable Usage usage() {
        return usage;
    }

    @Override
    public final Map<String, String> vendor() {
        return extras.values();
    }
}
