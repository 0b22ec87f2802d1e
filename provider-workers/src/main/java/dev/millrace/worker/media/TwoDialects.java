package dev.millrace.worker.media;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.worker.provider.AllowedHosts;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.ProviderAdapter;
import dev.millrace.worker.provider.Rendering;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import java.util.HashSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A vendor that speaks a dialect of its own for some orders, and another one for the rest, with one key. Thread-safe. */
public final class TwoDialects implements ProviderAdapter {
    private final JobAdapter own;
    private final Predicate<AttemptOrder> isOwn;
    private final ProviderAdapter rest;

    /** Orders of {@code isOwn} go to {@code own}, all others to {@code rest}, which names the credential. */
    public TwoDialects(JobAdapter own, Predicate<AttemptOrder> isOwn, ProviderAdapter rest) {
        this.own = own;
        this.isOwn = isOwn;
        this.rest = rest;
    }

    private ProviderAdapter of(AttemptOrder order) {
        return isOwn.test(order) ? own : rest;
    }

    @Override
    public Rendering render(AttemptOrder order, int attempt) {
        return of(order).render(order, attempt);
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        return Wish.isIn(call) ? own.newDecoder(call) : rest.newDecoder(call);
    }

    @Override
    public ReplyDecoder newDecoder(AttemptOrder order, VendorCall call) {
        return Wish.isIn(call) ? own.newDecoder(order, call) : rest.newDecoder(order, call);
    }

    @Override
    public CredentialScheme credentialScheme() {
        return rest.credentialScheme();
    }

    @Override
    public AllowedHosts allowedHosts() {
        var patterns = new HashSet<>(own.allowedHosts().patterns());
        patterns.addAll(rest.allowedHosts().patterns());
        return AllowedHosts.of(String.join(",", patterns));
    }

    @Override
    public @Nullable FollowUp resume(AttemptOrder order, int attempt, String vendorJob) {
        return of(order).resume(order, attempt, vendorJob);
    }
}
