package dev.millrace.ingress.http;

import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Capability;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.catalogue.Model;
import dev.millrace.catalogue.Provider;
import dev.millrace.ingress.json.Mistake;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which models a list is asked for; every part that is null lets all pass. */
record ModelFilter(
        @Nullable String provider,
        @Nullable Operation operation,
        @Nullable Capability capability) implements Predicate<Model> {
    /** The filter of a query; throws {@link Mistake} for a word that nothing goes by. */
    static ModelFilter of(MultiMap query, Catalogue catalogue) {
        var providers = catalogue.providers().stream().map(Provider::id).toList();
        return new ModelFilter(
                one(query, "provider", providers, id -> id),
                one(query, "operation", Arrays.asList(Operation.values()), ModelDescription::word),
                one(query, "capability", Arrays.asList(Capability.values()), Capability::word));
    }

    private static <E> @Nullable E one(MultiMap query, String name, Collection<E> all, Function<E, String> word) {
        var asked = query.get(name);
        if (asked == null || asked.isBlank()) {
            return null;
        }
        var wanted = normal(asked);
        for (var each : all) {
            if (normal(word.apply(each)).equals(wanted)) {
                return each;
            }
        }
        throw Mistake.invalid(
                name,
                name + ": there is none of that name; known are "
                        + String.join(", ", all.stream().map(word).sorted().toList()) + ".");
    }

    private static String normal(String word) {
        return word.strip().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public boolean test(Model model) {
        return (provider == null || provider.equals(model.provider()))
                && (operation == null || model.operations().contains(operation))
                && (capability == null || model.traits().capabilities().contains(capability));
    }
}
