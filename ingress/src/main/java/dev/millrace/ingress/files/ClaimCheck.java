package dev.millrace.ingress.files;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaPart;
import dev.millrace.file.FileId;
import dev.millrace.file.InputMedia;
import dev.millrace.ingress.publish.Published;
import dev.millrace.ingress.publish.RequestSink;
import dev.millrace.ingress.trace.TraceContext;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Keeps request records small: media of more than {@value #MAX_INLINE_BYTES} bytes is written to the log of files first, and the record
 * holds its id instead. A request without such media goes on as it is. Thread-safe; never blocks.
 */
public final class ClaimCheck implements RequestSink {
    /** Of one media part that travels in the record. */
    public static final int MAX_INLINE_BYTES = 128 * 1024;

    /** A job may wait, and its results may be asked for, for about this long. */
    private static final Duration LIFE = Duration.ofDays(3);

    private final RequestSink requests;
    private final FileWriter files;
    private final InstantSource clock;

    public ClaimCheck(RequestSink requests, FileWriter files, InstantSource clock) {
        this.requests = requests;
        this.files = files;
        this.clock = clock;
    }

    @Override
    public Future<Published> publish(InferenceRequest request, TraceContext trace) {
        var large =
                InputMedia.of(request.getInput()).filter(ClaimCheck::isLarge).toList();
        return large.isEmpty()
                ? requests.publish(request, trace)
                : store(request, trace, large, new IdentityHashMap<>());
    }

    private static boolean isLarge(MediaPart media) {
        return media.getData() != null && media.getData().remaining() > MAX_INLINE_BYTES;
    }

    /** Stores the parts one after another; {@code stored} tells what stands for those that are. */
    private Future<Published> store(
            InferenceRequest request, TraceContext trace, List<MediaPart> left, Map<MediaPart, MediaPart> stored) {
        if (left.isEmpty()) {
            var input = InputMedia.replaced(request.getInput(), media -> stored.getOrDefault(media, media));
            var small = InferenceRequest.newBuilder(request).setInput(input).build();
            return requests.publish(small, trace);
        }
        var media = left.getFirst();
        return files.write(draft(request, media)).compose(written -> switch (written.published()) {
            case Published.Acknowledged _ -> {
                stored.put(media, standIn(media, written.id()));
                yield store(request, trace, left.subList(1, left.size()), stored);
            }
            case Published.Overloaded overloaded -> Future.succeededFuture(overloaded);
            case Published.TooLarge tooLarge -> Future.succeededFuture(tooLarge);
            // pieces may be there, the request is not
            case Published.Unavailable(var _, int seconds) ->
                Future.succeededFuture(new Published.Unavailable(false, seconds));
        });
    }

    private FileWriter.Draft draft(InferenceRequest request, MediaPart media) {
        return new FileWriter.Draft(
                request.getAccount(),
                media.getMimeType(),
                Objects.requireNonNullElse(media.getFileName(), ""),
                media.getData(),
                clock.millis() + LIFE.toMillis());
    }

    private static MediaPart standIn(MediaPart media, FileId id) {
        return new MediaPart(media.getKind(), media.getMimeType(), null, null, id.value(), media.getFileName());
    }
}
