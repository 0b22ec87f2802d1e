package dev.millrace.catalogue;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A vendor, or a server that speaks a vendor's dialect.
 *
 * @param id first part of its models' names
 * @param adapter which codec speaks to it: {@code local}, {@code openai-compatible}
 * @param baseUrl address up to and with the version, such as {@code https://api.openai.com/v1}; null for {@code local} and for a template
 * @param pool worker pool that serves it
 * @param credentialEnv environment variable that holds the key, or null
 * @param credentialRequired whether a call without a key is refused before it is sent
 * @param headers further request headers
 * @param quirks where it departs from its dialect; the adapter documents the names
 * @param maxConcurrent calls at once per worker process
 * @param openModels whether any {@code id/<name>} is accepted and passed on by name
 * @param defaultPrices prices of models without their own, or null
 * @param baseUrlTemplate an address with variables, such as {@code https://bedrock-runtime.{region}.amazonaws.com}; null when there are none
 * @param variables values for the address, the headers and the quirks, which each worker takes from its own environment
 * @param credentialScheme how the credential is presented, where that is not the adapter's usual way: {@code aws-sigv4},
 *     {@code google-oauth}, {@code bearer}, {@code query:<parameter>}, {@code header:<name>}; null for the adapter's
 */
public record Provider(
        String id,
        String adapter,
        @Nullable URI baseUrl,
        String pool,
        @Nullable String credentialEnv,
        boolean credentialRequired,
        Map<String, String> headers,
        Map<String, String> quirks,
        int maxConcurrent,
        boolean openModels,
        @Nullable Prices defaultPrices,
        @Nullable String baseUrlTemplate,
        Map<String, Variable> variables,
        @Nullable String credentialScheme) {
    public Provider {
        headers = Map.copyOf(headers);
        quirks = Map.copyOf(quirks);
        variables = Map.copyOf(variables);
    }

    /** A provider at a fixed address that takes its key as its adapter says. */
    public Provider(
            String id,
            String adapter,
            @Nullable URI baseUrl,
            String pool,
            @Nullable String credentialEnv,
            boolean credentialRequired,
            Map<String, String> headers,
            Map<String, String> quirks,
            int maxConcurrent,
            boolean openModels,
            @Nullable Prices defaultPrices) {
        this(
                id,
                adapter,
                baseUrl,
                pool,
                credentialEnv,
                credentialRequired,
                headers,
                quirks,
                maxConcurrent,
                openModels,
                defaultPrices,
                null,
                Map.of(),
                null);
    }

    /**
     * Where the value of a variable comes from.
     *
     * @param env environment variables, the first one that is set counts
     * @param value used when none is set; null: the operator has to set one
     */
    public record Variable(List<String> env, @Nullable String value) {
        public Variable {
            env = List.copyOf(env);
        }
    }
}
