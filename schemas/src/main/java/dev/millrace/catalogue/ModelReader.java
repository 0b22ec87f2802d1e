package dev.millrace.catalogue;

import dev.millrace.avro.Operation;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Binds the mapping of one model. */
final class ModelReader {
    private static final Set<String> KEYS = Set.of(
            "vendor-model",
            "operations",
            "input",
            "output",
            "capabilities",
            "context-tokens",
            "max-output-tokens",
            "prices",
            "deprecated",
            "labels",
            "aliases");
    private static final Set<String> DEPRECATION_KEYS = Set.of("since", "shutdown", "replacement");

    private ModelReader() {}

    static Model read(Provider provider, String name, Fields fields) {
        fields.isMappingOf(KEYS);
        var own = PriceReader.read(fields, "prices");
        var operations = operations(fields);
        return new Model(
                provider.id() + "/" + name,
                provider.id(),
                fields.textOr("vendor-model", name),
                operations,
                fields.number("context-tokens", 0, Integer.MAX_VALUE, 0),
                fields.number("max-output-tokens", 0, Integer.MAX_VALUE, 0),
                traits(fields, operations),
                own != null ? own : provider.defaultPrices(),
                fields.texts("labels"),
                fields.list("aliases"));
    }

    private static Set<Operation> operations(Fields fields) {
        var all = EnumSet.complementOf(EnumSet.of(Operation.UNKNOWN)).toArray(Operation[]::new);
        var named = fields.words("operations", all, "operation", ModelReader::word);
        return named == null ? Set.of(Operation.CHAT) : named;
    }

    private static String word(Operation operation) {
        return operation.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Traits traits(Fields fields, Set<Operation> operations) {
        var usual = Traits.of(operations);
        var input = EnumSet.noneOf(Modality.class);
        input.addAll(or(fields.words("input", Modality.values(), "modality", Modality::word), usual.input()));
        var output = or(fields.words("output", Modality.values(), "modality", Modality::word), usual.output());
        var capabilities = EnumSet.noneOf(Capability.class);
        capabilities.addAll(
                or(fields.words("capabilities", Capability.values(), "capability", Capability::word), Set.of()));
        if (capabilities.contains(Capability.VISION)) {
            input.add(Modality.IMAGE);
        } else if (operations.contains(Operation.CHAT) && input.contains(Modality.IMAGE)) {
            capabilities.add(Capability.VISION);
        }
        return new Traits(input, output, capabilities, deprecation(fields));
    }

    private static <E> Set<E> or(@Nullable Set<E> named, Set<E> otherwise) {
        return named == null ? otherwise : named;
    }

    private static @Nullable Deprecation deprecation(Fields fields) {
        if (!fields.has("deprecated")) {
            return null;
        }
        var deprecated = fields.at("deprecated");
        if (deprecated.node().isObject()) {
            deprecated.isMappingOf(DEPRECATION_KEYS);
        }
        return new Deprecation(deprecated.day("since"), deprecated.day("shutdown"), deprecated.text("replacement"));
    }
}
