package dev.millrace.ingress.http;

import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.egress.access.Principal;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.openai.ChatCall;
import dev.millrace.ingress.openai.ChatDialect;
import dev.millrace.job.JobId;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything that is checked of a chat before it goes on the log. Decides; writes nothing. */
final class Admission {
    private final ChatDialect dialect;
    private final Supplier<Catalogue> catalogue;
    private final ControlView<AccountRecord> accounts;
    private final InstantSource clock;

    Admission(
            ChatDialect dialect,
            Supplier<Catalogue> catalogue,
            ControlView<AccountRecord> accounts,
            InstantSource clock) {
        this.dialect = dialect;
        this.catalogue = catalogue;
        this.accounts = accounts;
        this.clock = clock;
    }

    /** What a submit came to. */
    sealed interface Decision {}

    /**
     * @param idempotencyKey null when the request has none
     */
    record Admitted(
            ChatCall call, Principal principal, @Nullable String idempotencyKey, InstantSource clock)
            implements Decision {
        /** The request under {@code job}. */
        InferenceRequest request(JobId job) {
            return call.request(new ChatCall.Submitter(
                    job, principal.account(), principal.keyId(), idempotencyKey, clock.instant()));
        }
    }

    record Denied(ErrorDetail error) implements Decision {}

    Decision decide(HttpServerRequest request, byte[] body, ChatDialect.Endpoint endpoint, Principal principal) {
        if (account(principal).map(AccountRecord::getSuspended).orElse(false)) {
            return new Denied(
                    ErrorCode.PERMISSION_DENIED.detail("The account '" + principal.account() + "' is suspended."));
        }
        return switch (dialect.parse(body, endpoint, request::getHeader, clock.instant())) {
            case ChatDialect.Refused(var error) -> new Denied(error);
            case ChatDialect.Call(var call) -> decide(request, call, principal);
        };
    }

    private Decision decide(HttpServerRequest request, ChatCall call, Principal principal) {
        try {
            ModelCheck.chat(catalogue.get(), call);
            return new Admitted(call, principal, IdempotencyKey.of(request), clock);
        } catch (Mistake mistake) {
            return new Denied(mistake.detail());
        }
    }

    /** The account's record; empty when nobody wrote one. */
    Optional<AccountRecord> account(Principal principal) {
        return accounts.find(principal.account().value());
    }
}
