package dev.millrace.egress.anthropic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.FinishDelta;
import dev.millrace.avro.ItemDelta;
import dev.millrace.avro.Terminal;
import dev.millrace.dialect.Marks;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what the dialect has no word for, until the end of the message. Bounded. Not thread-safe. */
final class Besides {
    private static final int MAX_CHARS = 1 << 20;

    /** Said elsewhere in the message. */
    private static final Set<String> PLACED = Set.of("container", "context_management");

    private final ArrayNode items = MessageJson.object().arrayNode();
    private final ObjectNode extensions = MessageJson.object();
    private int chars;
    private int omitted;

    void item(ItemDelta item) {
        if (fits(item.getJson())) {
            items.addObject()
                    .put("dialect", item.getDialect())
                    .put("type", item.getType())
                    .set("value", MessageJson.parsed(item.getJson()));
        }
    }

    /** Marks of dialects are no content. Arrays of one name are joined, of anything else the last value counts. */
    void extensions(Map<String, String> members) {
        members.forEach((name, json) -> {
            if (!Marks.isMark(name) && fits(json)) {
                var value = MessageJson.parsed(json);
                if (extensions.path(name) instanceof ArrayNode before && value instanceof ArrayNode more) {
                    before.addAll(more);
                } else {
                    extensions.set(name, value);
                }
            }
        });
    }

    private boolean fits(String json) {
        if (json.length() > MAX_CHARS - chars) {
            omitted++;
            return false;
        }
        chars += json.length();
        return true;
    }

    /** Adds the member {@code millrace}, if there is anything to say. */
    void write(ObjectNode into, @Nullable FinishDelta finish, Terminal terminal) {
        var millrace = MessageJson.object();
        if (!items.isEmpty()) {
            millrace.set("items", items);
        }
        if (!extensions.isEmpty()) {
            millrace.set("extensions", extensions);
        }
        if (finish != null && MessageJson.saysMore(finish)) {
            millrace.put("finish_reason", finish.getVendorReason());
        }
        if (terminal.getUsage() != null && terminal.getUsage().getEstimated()) {
            millrace.put("usage_estimated", true);
        }
        var vendor = MessageJson.object();
        terminal.getVendor().forEach((name, json) -> {
            if (!PLACED.contains(name)) {
                vendor.set(name, MessageJson.parsed(json));
            }
        });
        if (!vendor.isEmpty()) {
            millrace.set("vendor", vendor);
        }
        if (omitted > 0) {
            millrace.put("omitted", omitted);
        }
        if (!millrace.isEmpty()) {
            into.set("millrace", millrace);
        }
    }
}
