package dev.millrace.egress.access;

import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.job.AccountId;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides who presents a key. Thread-safe.
 *
 * <p>The whole key counts: the HMAC of the full text under the pepper is computed for every request, a microsecond, and compared in
 * constant time with the one on record. Nothing is remembered between requests, so a revocation, an expiry or a change of scopes holds
 * from the moment its record has arrived.
 */
public final class ApiKeyAuthentication {
    private static final int MAX_KEY_CHARACTERS = 256;
    private static final byte[] NO_HMAC = new byte[32];

    private final KeyTable keys;
    private final Secret pepper;
    private final InstantSource clock;

    public ApiKeyAuthentication(KeyTable keys, Secret pepper, InstantSource clock) {
        this.keys = keys;
        this.pepper = pepper;
        this.clock = clock;
    }

    /** What a presented key turned out to be. */
    public sealed interface Result {
        record Known(Principal principal) implements Result {}

        /** No key, or none that is valid now; the reason is for the caller and tells nothing about keys that exist. */
        record Unknown(String reason) implements Result {}
    }

    /**
     * Who presents these headers.
     *
     * @param authorization value of {@code Authorization}, or null
     * @param apiKey a key presented elsewhere, as in {@code x-api-key} or {@code x-goog-api-key}, or null; counts when there is no {@code Authorization}
     */
    public Result authenticate(@Nullable String authorization, @Nullable String apiKey) {
        if (authorization == null && apiKey == null) {
            return new Result.Unknown("no API key: send it as 'Authorization: Bearer <key>' or as 'x-api-key: <key>'");
        }
        var presented = authorization != null ? bearer(authorization) : apiKey;
        if (presented == null) {
            return new Result.Unknown("the Authorization header must read 'Bearer <key>'");
        }
        return presented.length() > MAX_KEY_CHARACTERS
                ? invalid()
                : ApiKey.parse(presented.strip())
                        .flatMap(this::find)
                        .<Result>map(Result.Known::new)
                        .orElseGet(ApiKeyAuthentication::invalid);
    }

    private static Result invalid() {
        return new Result.Unknown("the API key is not valid");
    }

    private static @Nullable String bearer(String authorization) {
        return authorization.regionMatches(true, 0, "Bearer ", 0, 7) ? authorization.substring(7) : null;
    }

    private Optional<Principal> find(ApiKey key) {
        var record = keys.find(key.keyId());
        boolean same = MessageDigest.isEqual(
                key.hmac(pepper), record.map(ApiKeyAuthentication::hmac).orElse(NO_HMAC));
        return record.filter(known -> same && isLive(known)).map(ApiKeyAuthentication::principal);
    }

    private boolean isLive(ApiKeyRecord record) {
        var expires = record.getExpiresAtMillis();
        return !record.getRevoked()
                && (expires == null || clock.millis() < expires)
                && AccountId.isValid(record.getAccount());
    }

    private static byte[] hmac(ApiKeyRecord record) {
        var bytes = new byte[record.getHmac().remaining()];
        record.getHmac().duplicate().get(bytes);
        return bytes;
    }

    private static Principal principal(ApiKeyRecord record) {
        var scopes = record.getScopes().stream()
                .map(Scope::ofText)
                .flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableSet());
        return new Principal(new AccountId(record.getAccount()), record.getKeyId(), scopes);
    }
}
