package dev.millrace.catalogue;

import dev.millrace.avro.Operation;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a model takes, gives and can do. Nothing here decides about a request: a vendor knows its own models better.
 *
 * @param input never empty, but for models of unknown kind
 * @param output never empty, but for models of unknown kind
 * @param deprecation null while the vendor keeps the model
 */
public record Traits(
        Set<Modality> input,
        Set<Modality> output,
        Set<Capability> capabilities,
        @Nullable Deprecation deprecation) {
    public Traits {
        input = ordered(Modality.class, input);
        output = ordered(Modality.class, output);
        capabilities = ordered(Capability.class, capabilities);
    }

    /** What can be said of a model of which only its operations are known. */
    public static Traits of(Set<Operation> operations) {
        var input = EnumSet.noneOf(Modality.class);
        var output = EnumSet.noneOf(Modality.class);
        for (var operation : operations) {
            input.addAll(Modality.inputOf(operation));
            output.addAll(Modality.outputOf(operation));
        }
        return new Traits(input, output, Set.of(), null);
    }

    /** In the order of declaration, so that listings do not change from start to start. */
    private static <E extends Enum<E>> Set<E> ordered(Class<E> type, Set<E> values) {
        var copy = EnumSet.noneOf(type);
        copy.addAll(values);
        return Collections.unmodifiableSet(copy);
    }
}
