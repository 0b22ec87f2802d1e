package dev.millrace.ingress.http;

import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.egress.access.Principal;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.dialect.Dialect;
import dev.millrace.ingress.dialect.Submitter;
import dev.millrace.ingress.files.FileShelf;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.job.JobId;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything that is checked of a call before it goes on the log. Decides; writes nothing. */
final class Admission {
    private final Supplier<Catalogue> catalogue;
    private final ControlView<AccountRecord> accounts;
    private final FileShelf files;
    private final InstantSource clock;

    Admission(
            Supplier<Catalogue> catalogue, ControlView<AccountRecord> accounts, FileShelf files, InstantSource clock) {
        this.catalogue = catalogue;
        this.accounts = accounts;
        this.files = files;
        this.clock = clock;
    }

    /** What a submit came to. */
    sealed interface Decision {}

    /**
     * @param idempotencyKey null when the request has none
     */
    record Admitted(
            Call call, Principal principal, @Nullable String idempotencyKey, InstantSource clock) implements Decision {
        /** The request under {@code job}. */
        InferenceRequest request(JobId job) {
            return call.request(
                    new Submitter(job, principal.account(), principal.keyId(), idempotencyKey, clock.instant()));
        }
    }

    record Denied(ErrorDetail error) implements Decision {}

    Decision decide(RoutingContext context, Dialect dialect, Principal principal) {
        if (account(principal).map(AccountRecord::getSuspended).orElse(false)) {
            return new Denied(
                    ErrorCode.PERMISSION_DENIED.detail("The account '" + principal.account() + "' is suspended."));
        }
        try {
            var call = dialect.read(IncomingRequests.of(context, clock.instant()));
            ModelCheck.check(catalogue.get(), call);
            files.requireAll(principal.account(), call.input());
            return new Admitted(call, principal, IdempotencyKey.of(context.request()), clock);
        } catch (Mistake mistake) {
            return new Denied(mistake.detail());
        }
    }

    /** The account's record; empty when nobody wrote one. */
    Optional<AccountRecord> account(Principal principal) {
        return accounts.find(principal.account().value());
    }
}
