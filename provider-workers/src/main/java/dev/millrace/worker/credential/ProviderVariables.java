package dev.millrace.worker.credential;

import dev.millrace.catalogue.Provider;
import dev.millrace.catalogue.Provider.Variable;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Gives a provider's variables their values: in its address, its headers and its quirks {@code {name}} is replaced. Pure.
 *
 * <p>A value is a name such as a region, a project or a resource: letters, digits, dots, hyphens, underscores and colons. What else an
 * environment holds cannot change where a request goes.
 */
public final class ProviderVariables {
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

    private ProviderVariables() {}

    /**
     * The provider with a plain address and, as variables, what was found.
     *
     * @throws IllegalArgumentException naming the variable that has no value, or an unusable one, and what to set
     */
    public static Provider resolve(Provider provider, Map<String, String> environment) {
        if (provider.variables().isEmpty()) {
            return provider;
        }
        var values = new HashMap<String, String>();
        provider.variables()
                .forEach((name, variable) -> values.put(name, value(provider.id(), name, variable, environment)));
        var template = provider.baseUrlTemplate();
        return new Provider(
                provider.id(),
                provider.adapter(),
                template == null ? provider.baseUrl() : URI.create(filled(template, values)),
                provider.pool(),
                provider.credentialEnv(),
                provider.credentialRequired(),
                filled(provider.headers(), values),
                filled(provider.quirks(), values),
                provider.maxConcurrent(),
                provider.openModels(),
                provider.defaultPrices(),
                null,
                values.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, it -> new Variable(List.of(), it.getValue()))),
                provider.credentialScheme());
    }

    private static String value(String provider, String name, Variable variable, Map<String, String> environment) {
        for (var key : variable.env()) {
            var value = environment.get(key);
            if (value != null && !value.isBlank()) {
                return checked(provider, name, key, value.strip());
            }
        }
        if (variable.value() == null) {
            var advice = variable.env().isEmpty() ? "" : ": set " + String.join(" or ", variable.env());
            throw new IllegalArgumentException("provider " + provider + " needs its variable " + name + advice);
        }
        return checked(provider, name, "providers." + provider + ".variables." + name + ".value", variable.value());
    }

    private static String checked(String provider, String name, String setting, String value) {
        if (!VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException("provider " + provider + ": " + setting + " is no usable " + name
                    + ": letters, digits, '.', '-', '_' and ':' only");
        }
        return value;
    }

    private static Map<String, String> filled(Map<String, String> texts, Map<String, String> values) {
        var filled = new HashMap<String, String>();
        texts.forEach((name, text) -> filled.put(name, filled(text, values)));
        return filled;
    }

    private static String filled(String text, Map<String, String> values) {
        var filled = text;
        for (var value : values.entrySet()) {
            filled = filled.replace("{" + value.getKey() + "}", value.getValue());
        }
        return filled;
    }
}
