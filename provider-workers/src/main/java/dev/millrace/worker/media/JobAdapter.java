package dev.millrace.worker.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.Delta;
import dev.millrace.avro.TaskInput;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.AllowedHosts;
import dev.millrace.worker.provider.DecoderLimits;
import dev.millrace.worker.provider.FollowUp;
import dev.millrace.worker.provider.ReplyDecoder;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorJob;
import dev.millrace.worker.provider.VendorResult.Malformed;
import dev.millrace.worker.provider.WholeReplyDecoder;
import dev.millrace.worker.provider.WholeReplyDecoder.Read;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A vendor that makes things in jobs: asked for with one call, asked about until they are done, fetched.
 *
 * <p>A subclass says what each reply means ({@link #read}) and where a job is asked about ({@link #poll}). What is needed to find a job
 * again is written to the log once, so that another worker can go on with it.
 */
public abstract class JobAdapter extends MediaAdapter {
    private final Pace pace;
    private final AllowedHosts hosts;

    /**
     * How often a job is asked about: after the first wait, then after waits that grow by half of it, up to the longest.
     *
     * @param firstMillis wait before the first question
     * @param longestMillis longest wait
     */
    public record Pace(long firstMillis, long longestMillis) {
        /** For images and transcripts. */
        public static final Pace SHORT = new Pace(500, 3_000);
        /** For videos. */
        public static final Pace LONG = new Pace(2_000, 10_000);

        long millis(int polls) {
            return Math.min(longestMillis, firstMillis + polls * firstMillis / 2);
        }
    }

    /** Where the reading of a job stands. */
    private record At(Stage stage, ObjectNode job, Wish wish, int polls, String said, boolean begun) {}

    /**
     * An adapter.
     *
     * @param downloadHosts hosts where the vendor keeps what it made; the catalogue's quirk {@value AllowedHosts#QUIRK} adds to them
     */
    protected JobAdapter(Provider provider, Pace pace, String... downloadHosts) {
        super(provider);
        this.pace = pace;
        this.hosts = AllowedHosts.of(provider.quirks().getOrDefault(AllowedHosts.QUIRK, ""), downloadHosts);
    }

    /** What a reply with a status of success means. Pure; never throws for anything a vendor may send. */
    protected abstract JobStep read(Stage stage, JsonNode reply, ObjectNode job, Wish wish);

    /** The question about a job; null when {@code job} does not tell. */
    protected abstract @Nullable VendorCall poll(ObjectNode job);

    /** The call that ends a job; null when there is none. */
    protected @Nullable VendorCall cancel(ObjectNode job) {
        return null;
    }

    @Override
    public AllowedHosts allowedHosts() {
        return hosts;
    }

    @Override
    public ReplyDecoder newDecoder(VendorCall call) {
        var wish = Wish.of(call);
        return decoder(new At(wish.first(), JsonText.object(), wish, 0, "", false));
    }

    @Override
    public @Nullable FollowUp resume(AttemptOrder order, int attempt, String vendorJob) {
        if (!(JsonText.readOrNull(vendorJob) instanceof ObjectNode job)) {
            return null;
        }
        var wish = again(order);
        var poll = wish == null ? null : poll(job);
        return wish == null || poll == null
                ? null
                : new FollowUp(poll, () -> decoder(new At(Stage.POLLED, job, wish, 1, "", true)), 0, cancel(job));
    }

    /** The wish of an order that is taken up; null when it cannot be rendered any more. */
    private @Nullable Wish again(AttemptOrder order) {
        if (order.getRequest().getInput() instanceof TaskInput input) {
            var call = write(new TaskOrder(order, input));
            return call == null ? null : Wish.of(call);
        }
        return chatWish(order);
    }

    /** The wish of a conversation; null when the vendor has none. */
    protected @Nullable Wish chatWish(AttemptOrder order) {
        return null;
    }

    /** A decoder for what follows a step of the subclass's own. */
    protected final FollowUp asked(ObjectNode job, Wish wish) {
        var poll = poll(job);
        if (poll == null) {
            throw new IllegalArgumentException("job: tells not where it is asked about");
        }
        return new FollowUp(poll, () -> decoder(new At(Stage.POLLED, job, wish, 0, "", true)), 0, cancel(job));
    }

    private ReplyDecoder decoder(At at) {
        return WholeReplyDecoder.ofJson(
                DecoderLimits.DEFAULTS, (_, body) -> next(at, body), reply -> Read.failed(VendorFailures.of(reply)));
    }

    private Read next(At at, JsonNode body) {
        return switch (read(at.stage(), body, at.job(), at.wish())) {
            case JobStep.Failed(var result) -> Read.failed(result);
            case JobStep.Done done -> Delivery.of(done, at.wish().bytes());
            case JobStep.Call(var call, var stage, var job) -> {
                var then = new At(stage, job, at.wish(), at.polls(), at.said(), at.begun());
                yield new Read.Next(
                        List.of(), new FollowUp(call, () -> decoder(then), 0, at.begun() ? cancel(job) : null));
            }
            case JobStep.Stream(var call, var job, var decoders) ->
                new Read.Next(
                        at.begun() ? List.of() : List.of(VendorJob.created("streaming", job.toString())),
                        new FollowUp(call, decoders, 0, cancel(job)));
            case JobStep.Working working -> working(at, working);
        };
    }

    private Read working(At at, JobStep.Working working) {
        var poll = poll(working.job());
        if (poll == null) {
            return Read.failed(new Malformed("a job without an address or id to ask about it"));
        }
        var said = working.state() + " " + working.percent();
        var progress = !at.begun()
                ? List.of(VendorJob.created(working.state(), working.job().toString()))
                : said.equals(at.said())
                        ? List.<Delta>of()
                        : List.of(VendorJob.progress(working.state(), working.percent()));
        var then = new At(Stage.POLLED, working.job(), at.wish(), at.polls() + 1, said, true);
        return new Read.Next(
                progress, new FollowUp(poll, () -> decoder(then), pace.millis(at.polls()), cancel(working.job())));
    }

    /** What a task asks for; takes its {@code response_format}. */
    protected static Wish wish(TaskOrder task) {
        return Wish.of(task);
    }

    /** A first call whose reply is read with {@code wish} in mind. */
    protected static VendorCall wishing(VendorCall call, Wish wish) {
        return call.withMemo(wish.memo());
    }

    /** A call to an address the vendor gave, or below the base address; null when it is none. */
    protected final @Nullable VendorCall to(String method, JsonNode address, Map<String, String> more) {
        var text = JsonText.text(address);
        return text == null ? null : VendorCall.to(method, text, headers(more));
    }
}
