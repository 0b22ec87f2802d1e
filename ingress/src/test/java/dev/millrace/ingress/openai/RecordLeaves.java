package dev.millrace.ingress.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** Every value that a record holds, those inside JSON texts included, each as comparable text. */
final class RecordLeaves {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> leaves = new ArrayList<>();

    private RecordLeaves() {}

    static List<String> of(IndexedRecord value) {
        var found = new RecordLeaves();
        found.add(value);
        return found.leaves;
    }

    static String text(JsonNode leaf) {
        return leaf.isNumber() ? number(leaf.decimalValue()) : leaf.asText();
    }

    private static String number(BigDecimal value) {
        return value.stripTrailingZeros().toPlainString();
    }

    private void add(@Nullable Object value) {
        switch (value) {
            case null -> {}
            case IndexedRecord nested ->
                nested.getSchema().getFields().forEach(field -> {
                    var member = nested.get(field.pos());
                    boolean json = List.of("json", "parameters", "schema").contains(field.name());
                    if (json && member instanceof CharSequence text) {
                        addJson(text.toString());
                    } else {
                        add(member);
                    }
                });
            case List<?> items -> items.forEach(this::add);
            case Map<?, ?> map ->
                map.forEach((name, member) -> {
                    leaves.add(name.toString());
                    if (member instanceof CharSequence text) {
                        addJson(text.toString());
                    } else {
                        add(member);
                    }
                });
            case ByteBuffer bytes -> {
                var copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                leaves.add(Base64.getEncoder().encodeToString(copy));
            }
            case GenericEnumSymbol<?> symbol -> leaves.add(symbol.toString().toLowerCase(Locale.ROOT));
            case Number number -> leaves.add(number(new BigDecimal(number.toString())));
            default -> leaves.add(value.toString());
        }
    }

    private void addJson(String text) {
        try {
            addTree(JSON.readTree(text));
        } catch (JsonProcessingException e) {
            leaves.add(text);
        }
    }

    private void addTree(JsonNode node) {
        if (node.isContainerNode()) {
            node.forEach(this::addTree);
        } else if (!node.isNull()) {
            leaves.add(text(node));
        }
    }
}
