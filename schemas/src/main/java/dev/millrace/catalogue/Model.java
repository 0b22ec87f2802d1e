package dev.millrace.catalogue;

import dev.millrace.avro.Operation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model that can be called.
 *
 * @param id {@code provider/name}
 * @param vendorModel what the vendor calls it
 * @param contextTokens whole window; 0 when not known
 * @param maxOutputTokens 0 when not known
 * @param traits modalities, capabilities, deprecation
 * @param prices null when not known: such a model is not served to billed accounts
 * @param aliases further names
 */
public record Model(
        String id,
        String provider,
        String vendorModel,
        Set<Operation> operations,
        int contextTokens,
        int maxOutputTokens,
        Traits traits,
        @Nullable Prices prices,
        Map<String, String> labels,
        List<String> aliases) {
    public Model {
        operations = Set.copyOf(operations);
        labels = Map.copyOf(labels);
        aliases = List.copyOf(aliases);
    }
}
