package dev.millrace.worker.credential;

import dev.millrace.access.Secret;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.CredentialScheme.AwsSignature;
import dev.millrace.worker.provider.CredentialScheme.GoogleOAuth;
import dev.millrace.worker.provider.CredentialScheme.InHeader;
import dev.millrace.worker.provider.CredentialScheme.InQuery;
import dev.millrace.worker.provider.CredentialScheme.Keyless;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds a provider's credential in the environment of this process.
 *
 * <p>A key is in the variable that the catalogue names. AWS keys are in {@code AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY} and, for
 * temporary ones, {@code AWS_SESSION_TOKEN}; a bearer key in the variable of the catalogue goes before them. Google's credential
 * file is named by the variable of the catalogue, else by {@code GOOGLE_APPLICATION_CREDENTIALS}.
 */
public final class ProviderCredentials {
    private static final String GOOGLE_FILE = "GOOGLE_APPLICATION_CREDENTIALS";

    private final Map<String, String> environment;
    private final Clock clock;

    public ProviderCredentials(Map<String, String> environment, Clock clock) {
        this.environment = Map.copyOf(environment);
        this.clock = clock;
    }

    /**
     * The authorizer of a provider whose variables have their values.
     *
     * @param usual the adapter's own scheme, used where the catalogue names none
     * @throws IllegalArgumentException naming what the operator has to set
     */
    public RequestAuthorizer authorizer(Provider provider, CredentialScheme usual) {
        return switch (scheme(provider, usual)) {
            case Keyless _ -> KeyAuthorizer.none();
            case InHeader(var header, var prefix) -> KeyAuthorizer.header(header, prefix, key(provider));
            case InQuery(var parameter) -> KeyAuthorizer.query(parameter, key(provider));
            case AwsSignature(var service) -> aws(provider, service);
            case GoogleOAuth _ -> google(provider);
        };
    }

    private static CredentialScheme scheme(Provider provider, CredentialScheme usual) {
        var name = provider.credentialScheme();
        if (name == null) {
            return usual;
        }
        int colon = name.indexOf(':');
        var kind = colon < 0 ? name : name.substring(0, colon);
        var detail = colon < 0 ? "" : name.substring(colon + 1);
        return switch (kind) {
            case "none" -> new Keyless();
            case "bearer" -> CredentialScheme.bearer();
            case "header" -> new InHeader(detail.isEmpty() ? "X-Api-Key" : detail, "");
            case "query" -> new InQuery(detail.isEmpty() ? "key" : detail);
            case "aws-sigv4" -> new AwsSignature(detail.isEmpty() ? "bedrock" : detail);
            case "google-oauth" -> new GoogleOAuth();
            default ->
                throw new IllegalArgumentException("providers." + provider.id() + ".credential-scheme: must be one of"
                        + " none, bearer, header, query, aws-sigv4, google-oauth; got '" + kind + "'");
        };
    }

    private @Nullable Secret key(Provider provider) {
        var key = secret(provider.credentialEnv());
        if (key == null && provider.credentialRequired()) {
            throw new IllegalArgumentException(
                    "provider " + provider.id() + " needs a key: set " + provider.credentialEnv());
        }
        return key;
    }

    private RequestAuthorizer aws(Provider provider, String service) {
        var bearer = secret(provider.credentialEnv());
        if (bearer != null) {
            return KeyAuthorizer.header("Authorization", "Bearer ", bearer);
        }
        var id = secret("AWS_ACCESS_KEY_ID");
        var key = secret("AWS_SECRET_ACCESS_KEY");
        if (id == null || key == null) {
            var or = provider.credentialEnv() == null ? "" : ", or " + provider.credentialEnv();
            throw new IllegalArgumentException(
                    "provider " + provider.id() + " needs a key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" + or);
        }
        var region = provider.variables().get("region");
        if (region == null || region.value() == null) {
            throw new IllegalArgumentException(
                    "provider " + provider.id() + " needs a region: providers." + provider.id() + ".variables.region");
        }
        var keys = new AwsAuthorizer.Keys(id.reveal(), key, secret("AWS_SESSION_TOKEN"));
        return new AwsAuthorizer(keys, service, region.value(), clock);
    }

    private RequestAuthorizer google(Provider provider) {
        var variable = provider.credentialEnv() == null ? GOOGLE_FILE : provider.credentialEnv();
        var file = secret(variable);
        if (file == null) {
            throw new IllegalArgumentException(
                    "provider " + provider.id() + " needs a credential file: set " + variable + " to its path");
        }
        return GoogleAuthorizer.ofFile(variable, Path.of(file.reveal()));
    }

    private @Nullable Secret secret(@Nullable String name) {
        var value = name == null ? null : environment.get(name);
        return value == null || value.isBlank() ? null : new Secret(value.strip());
    }
}
