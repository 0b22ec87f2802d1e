package dev.millrace.worker.call;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ErrorDetail;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaPart;
import dev.millrace.error.ErrorCode;
import dev.millrace.file.FileId;
import dev.millrace.file.InputMedia;
import dev.millrace.file.StoredFile;
import io.vertx.core.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the bytes of uploaded files into an order before it is rendered. Thread-safe; nothing blocks.
 *
 * <p>Only ids of ours are looked up; any other one is a vendor's and stays. The bytes live as long as the order does, so what one order may
 * bring in is bounded.
 */
public final class FileResolver {
    /** Of all files of one order. */
    static final int MAX_BYTES = 128 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(FileResolver.class);

    private final Reader reader;

    public FileResolver(Reader reader) {
        this.reader = reader;
    }

    /** Reads a file of an account; see {@link dev.millrace.file.FileLog#read}. */
    @FunctionalInterface
    public interface Reader {
        CompletionStage<Optional<StoredFile>> read(FileId id, String account, int maxBytes);
    }

    /** What came of it. */
    sealed interface Resolved {
        /** The order holds every byte it speaks of. */
        record Complete(AttemptOrder order) implements Resolved {}

        /** A file is not there, or is too large: the same order cannot succeed. */
        record Refused(ErrorDetail error) implements Resolved {}

        /** The log could not be read now. */
        record Unavailable(ErrorDetail error) implements Resolved {}
    }

    /** Replaces ids by bytes; {@code done} is called on {@code context}, at once where there is nothing to do. */
    void resolve(AttemptOrder order, Context context, Consumer<Resolved> done) {
        var ids = InputMedia.of(order.getRequest().getInput())
                .flatMap(media -> id(media).stream())
                .distinct()
                .toList();
        if (ids.isEmpty()) {
            done.accept(new Resolved.Complete(order));
        } else {
            next(new Run(order, context, new HashMap<>(), done), ids, MAX_BYTES);
        }
    }

    private record Run(AttemptOrder order, Context context, Map<FileId, StoredFile> found, Consumer<Resolved> done) {}

    private void next(Run run, List<FileId> waiting, int bytesLeft) {
        if (waiting.isEmpty()) {
            run.done().accept(new Resolved.Complete(complete(run.order(), run.found())));
            return;
        }
        var id = waiting.getFirst();
        var _ = reader.read(id, run.order().getRequest().getAccount(), bytesLeft)
                .whenComplete((file, failure) -> run.context().runOnContext(_ -> {
                    if (failure != null) {
                        unavailable(run.order(), failure, run.done());
                    } else if (file.isEmpty()) {
                        run.done().accept(new Resolved.Refused(missing(id)));
                    } else {
                        var stored = file.get();
                        run.found().put(id, stored);
                        next(
                                run,
                                waiting.subList(1, waiting.size()),
                                bytesLeft - stored.data().remaining());
                    }
                }));
    }

    private static AttemptOrder complete(AttemptOrder order, Map<FileId, StoredFile> found) {
        var input = InputMedia.replaced(
                order.getRequest().getInput(),
                media -> id(media)
                        .map(found::get)
                        .map(file -> filled(media, file))
                        .orElse(media));
        var request = InferenceRequest.newBuilder(order.getRequest()).setInput(input);
        return AttemptOrder.newBuilder(order).setRequest(request.build()).build();
    }

    private static void unavailable(AttemptOrder order, Throwable failure, Consumer<Resolved> done) {
        LOG.atWarn()
                .addKeyValue("jobId", order.getRequest().getJobId())
                .setCause(failure)
                .log("Files of a call cannot be read");
        done.accept(new Resolved.Unavailable(ErrorCode.LOG_UNAVAILABLE.detail("the log of files cannot be read now")));
    }

    private static ErrorDetail missing(FileId id) {
        var error = ErrorCode.NOT_FOUND.detail("file '" + id + "' is not there, has expired, or is larger than the "
                + MAX_BYTES + " bytes that one call may bring in");
        return ErrorDetail.newBuilder(error).setParam("file_id").build();
    }

    private static MediaPart filled(MediaPart media, StoredFile file) {
        var name = media.getFileName() == null && !file.fileName().isEmpty() ? file.fileName() : media.getFileName();
        var type = media.getMimeType().isEmpty() ? file.mimeType() : media.getMimeType();
        return new MediaPart(media.getKind(), type, file.data(), null, null, name);
    }

    private static Optional<FileId> id(MediaPart media) {
        return Optional.ofNullable(media.getFileId()).flatMap(FileId::of);
    }
}
