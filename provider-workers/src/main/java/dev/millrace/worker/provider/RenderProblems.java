package dev.millrace.worker.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.dialect.Marks;
import dev.millrace.worker.provider.Rendering.Inexpressible;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Remembers the first thing of an order that the dialect cannot say, and merges in what travels as JSON text. */
public final class RenderProblems {
    private static final ObjectReader JSON = JsonMapper.builder().build().readerFor(JsonNode.class);

    private final @Nullable BiPredicate<String, String> passedOver;
    private @Nullable Inexpressible first;

    /** Every member goes on. */
    public RenderProblems() {
        this.passedOver = null;
    }

    /** For a dialect whose members mean nothing to the vendor: they are problems, unless {@code passedOver} says of name and JSON that they are no loss. */
    public RenderProblems(BiPredicate<String, String> passedOver) {
        this.passedOver = passedOver;
    }

    /** Remembers a problem, unless there is one already. */
    public void add(String param, String message) {
        if (first == null) {
            first = new Inexpressible(param, message);
        }
    }

    /** The first problem; null when everything could be said. */
    public @Nullable Inexpressible first() {
        return first;
    }

    /** JSON text as a tree; a problem, and null, when it is not JSON. */
    public @Nullable JsonNode parse(String param, String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            add(param, param + " is not JSON");
            return null;
        }
    }

    /**
     * Adds members given as JSON text; a member already there, or kept back, stays as it is. A name such as {@code image_url.detail}
     * goes into the object {@code image_url} where there is one: that is how requests carry what stood beside the content inside it.
     * Marks of any dialect are left out.
     */
    public void merge(ObjectNode into, Map<String, String> extensions, Set<String> keptBack, String param) {
        extensions.forEach((name, json) -> {
            if (passedOver != null) {
                if (!Marks.isMark(name) && !passedOver.test(name, json)) {
                    add(param + "." + name, param + "." + name + ": this provider's dialect has no counterpart for it");
                }
                return;
            }
            int dot = name.indexOf('.');
            if (dot > 0 && into.get(name.substring(0, dot)) instanceof ObjectNode inner) {
                add(inner, name.substring(dot + 1), json, param + "." + name);
            } else if (!keptBack.contains(name) && !Marks.isMark(name)) {
                add(into, name, json, param + "." + name);
            }
        });
    }

    private void add(ObjectNode into, String name, String json, String param) {
        if (!into.has(name)) {
            var value = parse(param, json);
            if (value != null) {
                into.set(name, value);
            }
        }
    }
}
