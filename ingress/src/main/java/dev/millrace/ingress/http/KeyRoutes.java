package dev.millrace.ingress.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.JsonValue;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.ingress.publish.ControlSink;
import dev.millrace.job.AccountId;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Administration of API keys: {@code POST /v1/keys}, {@code GET /v1/keys}, {@code DELETE /v1/keys/:id}.
 *
 * <p>A new key is answered once the log has it and this process knows it, so that it works here at once; other processes follow within
 * moments. Its text is in that answer and nowhere else. Revoking is for ever.
 */
final class KeyRoutes {
    private static final int MAX_LABEL_CHARS = 128;
    private static final List<String> DEFAULT_SCOPES = List.of(
            Scope.INFERENCE.text(), Scope.JOBS_READ.text(), Scope.JOBS_CANCEL.text(), Scope.CREDITS_READ.text());

    private final ControlRecords<ApiKeyRecord> keys;
    private final ControlSink sink;
    private final Secret pepper;
    private final InstantSource clock;
    private final StrictJson json;
    private final Answers answers;

    KeyRoutes(
            ControlRecords<ApiKeyRecord> keys,
            ControlSink sink,
            Secret pepper,
            InstantSource clock,
            StrictJson json,
            Answers answers) {
        this.keys = keys;
        this.sink = sink;
        this.pepper = pepper;
        this.clock = clock;
        this.json = json;
        this.answers = answers;
    }

    void mount(ScopedRouter router, BodyReader bodies) {
        router.route(HttpMethod.POST, "/v1/keys", Scope.ADMIN).handler(bodies).handler(this::create);
        router.route(HttpMethod.GET, "/v1/keys", Scope.ADMIN).handler(this::list);
        router.route(HttpMethod.DELETE, "/v1/keys/:id", Scope.ADMIN).handler(this::revoke);
    }

    private void create(RoutingContext context) {
        var key = ApiKey.create();
        ApiKeyRecord record;
        try {
            record = record(json.object(BodyReader.of(context)), key);
        } catch (Mistake mistake) {
            answers.error(context, mistake.detail());
            return;
        }
        keys.write(context, record.getKeyId(), sink.put(record), known -> true, () -> {
            var body = described(record);
            body.put("key", key.text().reveal());
            context.response().putHeader("cache-control", "no-store");
            answers.json(context, 201, body);
        });
    }

    private ApiKeyRecord record(JsonObject body, ApiKey key) {
        var account = body.requiredValue("account");
        if (!AccountId.isValid(account.string(128))) {
            throw account.invalid("must be 1 to 64 of a-z 0-9 . _ - and begin with a letter or digit");
        }
        var label = body.string("label", MAX_LABEL_CHARS);
        var scopes = body.value("scopes");
        var record = ApiKeyRecord.newBuilder()
                .setKeyId(key.keyId())
                .setAccount(account.string(128))
                .setHmac(ByteBuffer.wrap(key.hmac(pepper)))
                .setLabel(label == null ? "" : label)
                .setScopes(scopes == null ? DEFAULT_SCOPES : scopes(scopes))
                .setCreatedAtMillis(clock.millis())
                .setExpiresAtMillis(expiry(body.value("expires_at")))
                .build();
        body.requireNothingElse("account, label, scopes, expires_at");
        return record;
    }

    private static List<String> scopes(JsonValue value) {
        var scopes = value.strings(Scope.values().length, MAX_LABEL_CHARS);
        for (var scope : scopes) {
            if (Scope.ofText(scope).isEmpty()) {
                var known = Arrays.stream(Scope.values()).map(Scope::text).collect(Collectors.joining(", "));
                throw value.invalid("known scopes are " + known);
            }
        }
        if (scopes.isEmpty()) {
            throw value.invalid("must name at least one scope");
        }
        return scopes;
    }

    private @Nullable Long expiry(@Nullable JsonValue value) {
        if (value == null) {
            return null;
        }
        try {
            var expiry = OffsetDateTime.parse(value.string(40)).toInstant();
            if (expiry.isAfter(clock.instant())) {
                return expiry.toEpochMilli();
            }
        } catch (DateTimeException e) {
            throw value.invalid("must be an RFC 3339 time such as 2030-01-31T12:00:00Z");
        }
        throw value.invalid("must be in the future");
    }

    private void list(RoutingContext context) {
        var account = context.request().getParam("account");
        var body = Answers.JSON.createObjectNode().put("object", "list");
        var data = body.putArray("data");
        keys.all().stream()
                .filter(key -> account == null || key.getAccount().equals(account))
                .sorted(Comparator.comparingLong(ApiKeyRecord::getCreatedAtMillis)
                        .thenComparing(ApiKeyRecord::getKeyId))
                .map(KeyRoutes::described)
                .forEach(data::add);
        answers.json(context, 200, body);
    }

    private void revoke(RoutingContext context) {
        var id = context.pathParam("id");
        var known = keys.find(id);
        if (known.isEmpty()) {
            answers.error(context, ErrorCode.NOT_FOUND, "There is no such key.");
            return;
        }
        var revoked = ApiKeyRecord.newBuilder(known.get()).setRevoked(true).build();
        keys.write(
                context,
                id,
                sink.put(revoked),
                ApiKeyRecord::getRevoked,
                () -> answers.json(context, 200, described(revoked)));
    }

    private static ObjectNode described(ApiKeyRecord key) {
        var body = Answers.JSON.createObjectNode();
        body.put("id", key.getKeyId());
        body.put("object", "api_key");
        body.put("account", key.getAccount());
        body.put("label", key.getLabel());
        var scopes = body.putArray("scopes");
        key.getScopes().forEach(scopes::add);
        body.put("created_at", Instant.ofEpochMilli(key.getCreatedAtMillis()).toString());
        var expiry = key.getExpiresAtMillis();
        body.put(
                "expires_at",
                expiry == null ? null : Instant.ofEpochMilli(expiry).toString());
        body.put("revoked", key.getRevoked());
        return body;
    }
}
