package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** One content or summary part of an item while its text comes in. Not thread-safe. */
final class OutputPart {
    /** What parts are called, and the events about them. */
    enum Kind {
        TEXT("output_text", "text", "content", "response.content_part", "response.output_text"),
        REFUSAL("refusal", "refusal", "content", "response.content_part", "response.refusal"),
        REASONING("reasoning_text", "text", "content", "response.content_part", "response.reasoning_text"),
        SUMMARY(
                "summary_text",
                "text",
                "summary",
                "response.reasoning_summary_part",
                "response.reasoning_summary_text");

        final String type;
        final String member;
        final String list;
        final String partEvent;
        final String textEvent;

        Kind(String type, String member, String list, String partEvent, String textEvent) {
            this.type = type;
            this.member = member;
            this.list = list;
            this.partEvent = partEvent;
            this.textEvent = textEvent;
        }
    }

    final Kind kind;
    final int index;
    private final ObjectNode node;
    private final StringBuilder text = new StringBuilder();

    OutputPart(Kind kind, int index) {
        this.kind = kind;
        this.index = index;
        this.node = JsonNodeFactory.instance.objectNode().put("type", kind.type).put(kind.member, "");
        if (kind == Kind.TEXT) {
            node.putArray("annotations");
            node.putArray("logprobs");
        }
    }

    void append(String piece) {
        text.append(piece);
    }

    String text() {
        return text.toString();
    }

    /** The part as it is now; lists are shared, the text is set. */
    ObjectNode node() {
        return node.put(kind.member, text.toString());
    }

    /** A list of the part: annotations, log probabilities. */
    ArrayNode list(String name) {
        return node.withArrayProperty(name);
    }

    /** Name of the member that counts parts in events. */
    String indexName() {
        return kind == Kind.SUMMARY ? "summary_index" : "content_index";
    }
}
