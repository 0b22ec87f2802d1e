package dev.millrace.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.avro.Operation;
import dev.millrace.topic.TopicSettings;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
            "models");
    private static final Set<String> MODEL_KEYS =
            Set.of("vendor-model", "operations", "context-tokens", "max-output-tokens", "prices", "labels", "aliases");
    private static final BigDecimal NANOS_PER_DOLLAR = BigDecimal.valueOf(1_000_000_000);
    private static final BigDecimal MAX_DOLLARS = BigDecimal.valueOf(1_000_000_000);
    private static final BigDecimal MINUS_ONE = BigDecimal.valueOf(-1);

    private final List<String> mistakes;

    CatalogueReader(List<String> mistakes) {
        this.mistakes = mistakes;
    }

    /** The catalogue, or null when there is any mistake. */
    @Nullable
    Catalogue read(JsonNode root) {
        checkKeys("", root, Set.of("providers"));
        var providers = new ArrayList<Provider>();
        var models = new ArrayList<Model>();
        members("", root, "providers").forEach(member -> {
            var path = "providers." + member.getKey();
            if (!ID.matcher(member.getKey()).matches()) {
                mistakes.add(path + ": must match " + ID);
            }
            var provider = provider(path, member.getKey(), member.getValue());
            providers.add(provider);
            members(path, member.getValue(), "models")
                    .forEach(model -> models.add(
                            model(path + ".models." + model.getKey(), provider, model.getKey(), model.getValue())));
        });
        checkAliases(models);
        return mistakes.isEmpty() ? new Catalogue(providers, models) : null;
    }

    private void checkAliases(List<Model> models) {
        var owners = new HashMap<String, String>();
        models.forEach(model -> owners.put(model.id(), model.id()));
        for (var model : models) {
            for (var alias : model.aliases()) {
                var owner = owners.putIfAbsent(alias, model.id());
                if (owner != null) {
                    mistakes.add("alias " + alias + ": names both " + owner + " and " + model.id());
                }
            }
        }
    }

    private Provider provider(String path, String id, JsonNode node) {
        checkKeys(path, node, PROVIDER_KEYS);
        if (!node.has("adapter")) {
            mistakes.add(path + ".adapter: is required");
        }
        var adapter = textOr(path, node, "adapter", "");
        var baseUrl = url(path, node);
        if (!node.has("base-url") && !adapter.isEmpty() && !adapter.equals("local")) {
            mistakes.add(path + ".base-url: is required, except for the adapter local");
        }
        return new Provider(
                id,
                adapter,
                baseUrl,
                pool(path, node),
                text(path, node, "credential-env"),
                flag(path, node, "credential-required", node.has("credential-env")),
                texts(path, node, "headers"),
                texts(path, node, "quirks"),
                number(path, node, "max-concurrent", 1, 100_000, 256),
                flag(path, node, "open-models", false),
                prices(path, node, "default-prices"));
    }

    private String pool(String path, JsonNode node) {
        var pool = textOr(path, node, "pool", "default");
        if (!TopicSettings.isPool(pool)) {
            mistakes.add(path + ".pool: must be kebab-case of 1 to 32 characters, got '" + pool + "'");
        }
        return pool;
    }

    private Model model(String path, Provider provider, String name, JsonNode node) {
        checkKeys(path, node, MODEL_KEYS);
        var own = prices(path, node, "prices");
        return new Model(
                provider.id() + "/" + name,
                provider.id(),
                textOr(path, node, "vendor-model", name),
                operations(path, node),
                number(path, node, "context-tokens", 0, Integer.MAX_VALUE, 0),
                number(path, node, "max-output-tokens", 0, Integer.MAX_VALUE, 0),
                own != null ? own : provider.defaultPrices(),
                texts(path, node, "labels"),
                list(path, node, "aliases"));
    }

    private Set<Operation> operations(String path, JsonNode node) {
        if (!node.has("operations")) {
            return Set.of(Operation.CHAT);
        }
        var operations = EnumSet.noneOf(Operation.class);
        for (var name : list(path, node, "operations")) {
            try {
                operations.add(Operation.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')));
            } catch (IllegalArgumentException e) {
                mistakes.add(path + ".operations: no operation '" + name + "'");
            }
        }
        return operations;
    }

    private @Nullable Prices prices(String path, JsonNode node, String key) {
        var prices = node.get(key);
        if (prices == null) {
            return null;
        }
        var nanos = new LinkedHashMap<String, Long>();
        members(path, node, key).forEach(price -> {
            var value = price.getValue();
            var dollars = value.isNumber() && Double.isFinite(value.doubleValue()) ? value.decimalValue() : MINUS_ONE;
            if (dollars.signum() < 0 || dollars.compareTo(MAX_DOLLARS) > 0) {
                mistakes.add(path + "." + key + "." + price.getKey() + ": must be dollars per million, 0 to "
                        + MAX_DOLLARS.toPlainString());
                return;
            }
            nanos.put(
                    price.getKey(),
                    dollars.multiply(NANOS_PER_DOLLAR)
                            .setScale(0, RoundingMode.UP)
                            .longValueExact());
        });
        return new Prices(nanos);
    }

    private @Nullable URI url(String path, JsonNode node) {
        var text = text(path, node, "base-url");
        if (text == null) {
            return null;
        }
        try {
            var uri = URI.create(text);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // reported below, with everything else that is not an address
        }
        mistakes.add(path + ".base-url: must be an http or https address");
        return null;
    }

    private @Nullable String text(String path, JsonNode node, String key) {
        var value = node.get(key);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            mistakes.add(path + "." + key + ": must be text");
            return null;
        }
        return value.asText();
    }

    private String textOr(String path, JsonNode node, String key, String otherwise) {
        var value = text(path, node, key);
        return value == null ? otherwise : value;
    }

    private boolean flag(String path, JsonNode node, String key, boolean otherwise) {
        var value = node.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            mistakes.add(path + "." + key + ": must be true or false");
        }
        return value.asBoolean();
    }

    private int number(String path, JsonNode node, String key, int min, int max, int otherwise) {
        var value = node.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < min || value.asInt() > max) {
            mistakes.add(path + "." + key + ": must be a whole number " + min + ".." + max);
            return otherwise;
        }
        return value.asInt();
    }

    private List<String> list(String path, JsonNode node, String key) {
        var values = new ArrayList<String>();
        var list = node.path(key);
        if (!list.isMissingNode() && !list.isArray()) {
            mistakes.add(path + "." + key + ": must be a list of texts");
        }
        for (int i = 0; i < list.size(); i++) {
            if (list.isArray() && !list.get(i).isTextual()) {
                mistakes.add(path + "." + key + "[" + i + "]: must be text");
            } else if (list.isArray()) {
                values.add(list.get(i).asText());
            }
        }
        return values;
    }

    private Map<String, String> texts(String path, JsonNode node, String key) {
        var values = new LinkedHashMap<String, String>();
        members(path, node, key).forEach(member -> {
            if (!member.getValue().isValueNode()) {
                mistakes.add(path + "." + key + "." + member.getKey() + ": must be a plain value");
            }
            values.put(member.getKey(), member.getValue().asText());
        });
        return values;
    }

    /** Members of the mapping under {@code key}; none when there is no such key or it holds something else. */
    private Set<Map.Entry<String, JsonNode>> members(String path, JsonNode node, String key) {
        var mapping = node.path(key);
        if (!mapping.isMissingNode() && !mapping.isObject()) {
            mistakes.add((path.isEmpty() ? "" : path + ".") + key + ": must be a mapping");
        }
        return mapping.properties();
    }

    private void checkKeys(String path, JsonNode node, Set<String> allowed) {
        if (!node.isObject()) {
            mistakes.add((path.isEmpty() ? "document" : path) + ": must be a mapping");
            return;
        }
        var unknown = new TreeSet<String>();
        node.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(allowed);
        for (var key : unknown) {
            mistakes.add(
                    (path.isEmpty() ? "" : path + ".") + key + ": no such key; known are " + new TreeSet<>(allowed));
        }
    }
}
