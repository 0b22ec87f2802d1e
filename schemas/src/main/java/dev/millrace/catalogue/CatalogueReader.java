package dev.millrace.catalogue;

import dev.millrace.catalogue.Provider.Variable;
import dev.millrace.topic.TopicSettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Binds a merged document to the catalogue's records; every mistake is noted with its path and reading goes on. */
final class CatalogueReader {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Set<String> PROVIDER_KEYS = Set.of(
            "adapter",
            "base-url",
            "pool",
            "credential-env",
            "credential-required",
            "headers",
            "quirks",
            "max-concurrent",
            "open-models",
            "default-prices",
            "variables",
            "credential-scheme",
            "models");
    private static final Set<String> VARIABLE_KEYS = Set.of("env", "value");
    /** Adapters that need no address of the shipped catalogue: in process, or at an address that only the operator knows. */
    private static final Set<String> WITHOUT_ADDRESS = Set.of("local", "native", "azure-openai");

    private final Fields root;
    private final MergedDocument document;

    CatalogueReader(MergedDocument document) {
        this.document = document;
        this.root = document.fields();
    }

    /**
     * The catalogue.
     *
     * @throws CatalogueException with every mistake, those found while merging included
     */
    Catalogue read() {
        root.isMappingOf(Set.of("providers"));
        var providers = new ArrayList<Provider>();
        var models = new ArrayList<Model>();
        root.at("providers").each().forEach((id, fields) -> {
            if (!ID.matcher(id).matches()) {
                root.mistake("providers." + id, "must match " + ID);
            }
            var provider = provider(id, fields);
            providers.add(provider);
            fields.at("models").each().forEach((name, model) -> models.add(ModelReader.read(provider, name, model)));
        });
        checkAliases(models);
        if (!document.mistakes().isEmpty()) {
            throw new CatalogueException(document.mistakes());
        }
        return new Catalogue(providers, models);
    }

    private void checkAliases(List<Model> models) {
        var owners = new HashMap<String, String>();
        models.forEach(model -> owners.put(model.id(), model.id()));
        for (var model : models) {
            var name = model.id().substring(model.provider().length() + 1);
            for (var alias : model.aliases()) {
                var owner = owners.putIfAbsent(alias, model.id());
                if (owner != null) {
                    root.mistake(
                            "providers." + model.provider() + ".models." + name + ".aliases",
                            "alias " + alias + " names both " + owner + " and " + model.id());
                }
            }
        }
    }

    private static Provider provider(String id, Fields fields) {
        fields.isMappingOf(PROVIDER_KEYS);
        if (!fields.has("adapter")) {
            fields.mistake("adapter", "is required");
        }
        var adapter = fields.textOr("adapter", "");
        if (!fields.has("base-url") && !adapter.isEmpty() && !WITHOUT_ADDRESS.contains(adapter)) {
            fields.mistake("base-url", "is required by the adapter " + adapter);
        }
        return new Provider(
                id,
                adapter,
                url(fields),
                pool(fields),
                fields.text("credential-env"),
                fields.flag("credential-required", fields.has("credential-env")),
                fields.texts("headers"),
                fields.texts("quirks"),
                fields.number("max-concurrent", 1, 100_000, 256),
                fields.flag("open-models", false),
                PriceReader.read(fields, "default-prices"),
                isTemplate(fields) ? fields.text("base-url") : null,
                variables(fields),
                fields.text("credential-scheme"));
    }

    private static boolean isTemplate(Fields fields) {
        return fields.node().path("base-url").asText().indexOf('{') >= 0;
    }

    private static Map<String, Variable> variables(Fields fields) {
        var variables = new LinkedHashMap<String, Variable>();
        fields.at("variables").each().forEach((name, variable) -> {
            variable.isMappingOf(VARIABLE_KEYS);
            variables.put(name, new Variable(variable.list("env"), variable.text("value")));
        });
        return variables;
    }

    private static String pool(Fields fields) {
        var pool = fields.textOr("pool", "default");
        if (!TopicSettings.isPool(pool)) {
            fields.mistake("pool", "must be kebab-case of 1 to 32 characters, got '" + pool + "'");
        }
        return pool;
    }

    private static @Nullable URI url(Fields fields) {
        var text = fields.text("base-url");
        if (text == null) {
            return null;
        }
        boolean template = isTemplate(fields);
        var example = text;
        for (var name : fields.at("variables").each().keySet()) {
            example = example.replace("{" + name + "}", "x");
        }
        if (template && example.indexOf('{') >= 0) {
            fields.mistake("base-url", "every {name} in it must be one of " + fields.path() + ".variables");
            return null;
        }
        try {
            var uri = URI.create(example);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                return template ? null : uri;
            }
        } catch (IllegalArgumentException e) {
            // reported below, with everything else that is not an address
        }
        fields.mistake("base-url", "must be an http or https address");
        return null;
    }
}
