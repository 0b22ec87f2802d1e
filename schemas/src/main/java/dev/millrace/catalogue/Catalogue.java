package dev.millrace.catalogue;

import dev.millrace.avro.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Every provider and model that can be called. Immutable. */
public final class Catalogue {
    private final Map<String, Provider> providers = new LinkedHashMap<>();
    private final Map<String, Model> models = new LinkedHashMap<>();
    private final Map<String, Model> byAlias = new LinkedHashMap<>();

    /** Models of unknown providers and repeated names are refused. */
    public Catalogue(List<Provider> providers, List<Model> models) {
        for (var provider : providers) {
            if (this.providers.put(provider.id(), provider) != null) {
                throw new IllegalArgumentException("provider " + provider.id() + " is there twice");
            }
        }
        for (var model : models) {
            if (!this.providers.containsKey(model.provider())) {
                throw new IllegalArgumentException("model " + model.id() + ": no provider " + model.provider());
            }
            if (this.models.put(model.id(), model) != null) {
                throw new IllegalArgumentException("model " + model.id() + " is there twice");
            }
            for (var alias : model.aliases()) {
                var other = byAlias.put(alias, model);
                if (other != null) {
                    throw new IllegalArgumentException(
                            "alias " + alias + ": names both " + other.id() + " and " + model.id());
                }
            }
        }
    }

    /** The model of an id or an alias; for a provider with open models, any {@code provider/name}. */
    public Optional<Model> find(String name) {
        var model = models.get(name);
        if (model == null) {
            model = byAlias.get(name);
        }
        return model != null ? Optional.of(model) : open(name);
    }

    private Optional<Model> open(String name) {
        int slash = name.indexOf('/');
        if (slash < 1 || slash == name.length() - 1 || name.length() > 256) {
            return Optional.empty();
        }
        return provider(name.substring(0, slash)).filter(Provider::openModels).map(provider -> {
            var operations = Set.of(Operation.CHAT, Operation.COMPLETION, Operation.EMBEDDING);
            var vendorModel = name.substring(slash + 1);
            return new Model(
                    name,
                    provider.id(),
                    vendorModel,
                    operations,
                    0,
                    0,
                    Traits.of(operations),
                    provider.defaultPrices(),
                    Map.of(),
                    List.of());
        });
    }

    public Optional<Provider> provider(String id) {
        return Optional.ofNullable(providers.get(id));
    }

    public List<Provider> providers() {
        return List.copyOf(providers.values());
    }

    public List<Model> models() {
        return List.copyOf(models.values());
    }

    /** Known names most like {@code name}, nearest first, then the shortest, for an error message. */
    public List<String> nearNames(String name, int max) {
        var wanted = name.toLowerCase(Locale.ROOT);
        var names = new ArrayList<>(models.keySet());
        names.addAll(byAlias.keySet());
        var distance = LevenshteinDistance.getDefaultInstance();
        record Near(String name, int distance) {}
        return names.stream()
                .map(known -> new Near(known, distance(distance, wanted, known.toLowerCase(Locale.ROOT))))
                .filter(near -> near.distance() <= Math.max(3, wanted.length() / 2))
                .sorted(Comparator.comparingInt(Near::distance)
                        .thenComparingInt(near -> near.name().length())
                        .thenComparing(Near::name))
                .limit(max)
                .map(Near::name)
                .toList();
    }

    /** Distance to the whole name or to the part after the provider, whichever is nearer. */
    private static int distance(LevenshteinDistance distance, String wanted, String known) {
        var bare = known.substring(known.indexOf('/') + 1);
        if (known.contains(wanted)) {
            return 0;
        }
        return Math.min(distance.apply(wanted, known), distance.apply(wanted, bare));
    }
}
