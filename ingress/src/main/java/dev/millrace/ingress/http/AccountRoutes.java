package dev.millrace.ingress.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.OnDisconnect;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.json.JsonObject;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.json.StrictJson;
import dev.millrace.ingress.publish.ControlSink;
import dev.millrace.job.AccountId;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Locale;

/**
 * Administration of accounts: {@code PUT /v1/accounts/:id} (a whole record, created or replaced), {@code GET /v1/accounts},
 * {@code GET /v1/accounts/:id}.
 *
 * <p>An account needs no record to exist; without one it has the defaults.
 */
final class AccountRoutes {
    private static final int MAX_TEXT_CHARS = 256;
    private static final int MAX_LABELS = 32;

    private final ControlRecords<AccountRecord> accounts;
    private final ControlSink sink;
    private final InstantSource clock;
    private final StrictJson json;
    private final Answers answers;

    AccountRoutes(
            ControlRecords<AccountRecord> accounts,
            ControlSink sink,
            InstantSource clock,
            StrictJson json,
            Answers answers) {
        this.accounts = accounts;
        this.sink = sink;
        this.clock = clock;
        this.json = json;
        this.answers = answers;
    }

    void mount(ScopedRouter router, BodyReader bodies) {
        router.route(HttpMethod.PUT, "/v1/accounts/:id", Scope.ADMIN)
                .handler(bodies)
                .handler(this::put);
        router.route(HttpMethod.GET, "/v1/accounts", Scope.ADMIN).handler(this::list);
        router.route(HttpMethod.GET, "/v1/accounts/:id", Scope.ADMIN).handler(this::one);
    }

    private void put(RoutingContext context) {
        AccountRecord record;
        try {
            record = record(context.pathParam("id"), json.object(BodyReader.of(context)));
        } catch (Mistake mistake) {
            answers.error(context, mistake.detail());
            return;
        }
        accounts.write(
                context,
                record.getAccount(),
                sink.put(record),
                known -> known.getUpdatedAtMillis() >= record.getUpdatedAtMillis(),
                () -> answers.json(context, 200, described(record)));
    }

    private AccountRecord record(String account, JsonObject body) {
        if (!AccountId.isValid(account)) {
            throw Mistake.invalid("id", "An account is 1 to 64 of a-z 0-9 . _ - and begins with a letter or digit.");
        }
        var name = body.string("display_name", MAX_TEXT_CHARS);
        var suspended = body.bool("suspended");
        var record = AccountRecord.newBuilder()
                .setAccount(account)
                .setDisplayName(name == null ? "" : name)
                .setSuspended(suspended != null && suspended)
                .setOnDisconnect(onDisconnect(body))
                .setMaxOutstanding(body.integer("max_outstanding", 1, 1_000_000))
                .setLabels(body.stringMap("labels", MAX_LABELS, MAX_TEXT_CHARS, MAX_TEXT_CHARS))
                .setUpdatedAtMillis(clock.millis())
                .build();
        body.requireNothingElse("display_name, suspended, on_disconnect, max_outstanding, labels");
        return record;
    }

    private static OnDisconnect onDisconnect(JsonObject body) {
        var value = body.value("on_disconnect");
        if (value == null) {
            return OnDisconnect.FINISH;
        }
        return switch (value.string(20)) {
            case "finish" -> OnDisconnect.FINISH;
            case "cancel" -> OnDisconnect.CANCEL;
            default -> throw value.invalid("must be 'finish' or 'cancel'");
        };
    }

    private void list(RoutingContext context) {
        var body = Answers.JSON.createObjectNode().put("object", "list");
        var data = body.putArray("data");
        accounts.all().stream()
                .sorted(Comparator.comparing(AccountRecord::getAccount))
                .map(AccountRoutes::described)
                .forEach(data::add);
        answers.json(context, 200, body);
    }

    private void one(RoutingContext context) {
        accounts.find(context.pathParam("id"))
                .ifPresentOrElse(
                        account -> answers.json(context, 200, described(account)),
                        () -> answers.error(context, ErrorCode.NOT_FOUND, "There is no record of this account."));
    }

    private static ObjectNode described(AccountRecord account) {
        var body = Answers.JSON.createObjectNode();
        body.put("id", account.getAccount());
        body.put("object", "account");
        body.put("display_name", account.getDisplayName());
        body.put("suspended", account.getSuspended());
        body.put("on_disconnect", account.getOnDisconnect().name().toLowerCase(Locale.ROOT));
        body.put("max_outstanding", account.getMaxOutstanding());
        var labels = body.putObject("labels");
        account.getLabels().forEach(labels::put);
        body.put(
                "updated_at", Instant.ofEpochMilli(account.getUpdatedAtMillis()).toString());
        return body;
    }
}
