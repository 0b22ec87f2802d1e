package dev.millrace.ingress.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.FileRecord;
import dev.millrace.egress.access.Principal;
import dev.millrace.egress.access.Scope;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.error.ErrorCode;
import dev.millrace.file.FileId;
import dev.millrace.file.FileLog;
import dev.millrace.file.StoredFile;
import dev.millrace.ingress.dialect.Content;
import dev.millrace.ingress.files.FileShelf;
import dev.millrace.ingress.files.FileSink;
import dev.millrace.ingress.files.FileWriter;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.publish.Published;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code /v1/files}: upload, list, describe, read back, delete. A file belongs to its account and can be named by {@code file_id} wherever
 * media is taken. An upload is answered once it is on the log, and can be listed a moment later.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/files">Files</a>
 */
final class FileRoutes {
    private static final String ROOT = "/v1/files";
    private static final int MAX_WORD_CHARS = 64;
    private static final long MIN_LIFE_SECONDS = 3600;

    private final Vertx vertx;
    private final FileShelf shelf;
    private final FileSink sink;
    private final FileWriter writer;
    private final HttpParts.Reading reading;
    private final InstantSource clock;
    private final Answers answers;

    FileRoutes(Vertx vertx, HttpParts.Files files, InstantSource clock, Answers answers) {
        this.vertx = vertx;
        this.shelf = files.shelf();
        this.sink = files.sink();
        this.writer = new FileWriter(files.sink());
        this.reading = files.reading();
        this.clock = clock;
        this.answers = answers;
    }

    void mount(ScopedRouter router, BodyReader bodies) {
        router.route(HttpMethod.POST, ROOT, Scope.INFERENCE)
                .handler(bodies.withForms())
                .handler(this::upload);
        router.route(HttpMethod.GET, ROOT, Scope.INFERENCE).handler(this::list);
        router.route(HttpMethod.GET, ROOT + "/:id", Scope.INFERENCE)
                .handler(context -> withFile(context, file -> answers.json(context, 200, described(file))));
        router.route(HttpMethod.GET, ROOT + "/:id/content", Scope.INFERENCE)
                .handler(context -> withFile(context, file -> content(context, file)));
        router.route(HttpMethod.DELETE, ROOT + "/:id", Scope.INFERENCE)
                .handler(context -> withFile(context, file -> delete(context, file)));
    }

    private void upload(RoutingContext context) {
        try {
            var request = IncomingRequests.of(context, clock.instant());
            if (!(request.content() instanceof Content.Form form)) {
                throw Mistake.invalid("file", "The body must be multipart/form-data with a file 'file'.");
            }
            if (form.uploads().size() != 1 || !form.uploads().getFirst().name().equals("file")) {
                throw Mistake.invalid("file", "The form must hold exactly one file, named 'file'.");
            }
            store(context, form.uploads().getFirst(), record(context, form));
        } catch (Mistake mistake) {
            answers.error(context, mistake.detail());
        }
    }

    private FileRecord.Builder record(RoutingContext context, Content.Form form) {
        var file = form.uploads().getFirst();
        var account = Principal.of(context).account();
        shelf.requireRoom(account, file.data().remaining());
        var purpose = field(form, "purpose").orElse("user_data");
        if (purpose.isEmpty() || purpose.length() > MAX_WORD_CHARS) {
            throw Mistake.invalid("purpose", "Invalid 'purpose': must be 1 to " + MAX_WORD_CHARS + " characters.");
        }
        long maxSeconds = shelf.limits().maxLife().toSeconds();
        long seconds = field(form, "expires_after[seconds]")
                .map(text -> seconds(text, maxSeconds))
                .orElse(maxSeconds);
        return FileRecord.newBuilder()
                .setFileId("")
                .setAccount(account.value())
                .setFileName(file.fileName())
                .setMimeType(file.mimeType())
                .setPurpose(purpose)
                .setBytes(file.data().remaining())
                .setCreatedAtMillis(clock.millis())
                .setExpiresAtMillis(clock.millis() + seconds * 1000);
    }

    private static Optional<String> field(Content.Form form, String name) {
        return form.fields().stream()
                .filter(field -> field.name().equals(name))
                .map(Content.Field::value)
                .findFirst();
    }

    private static long seconds(String text, long max) {
        long seconds = text.matches("[0-9]{1,9}") ? Long.parseLong(text) : -1;
        if (seconds < MIN_LIFE_SECONDS || seconds > max) {
            throw Mistake.invalid(
                    "expires_after[seconds]",
                    "Invalid 'expires_after[seconds]': must be " + MIN_LIFE_SECONDS + " to " + max + ".");
        }
        return seconds;
    }

    private void store(RoutingContext context, Content.Upload file, FileRecord.Builder record) {
        var draft = new FileWriter.Draft(
                record.getAccount(), file.mimeType(), file.fileName(), file.data(), record.getExpiresAtMillis());
        var _ = writer.write(draft).onSuccess(written -> {
            if (!(written.published() instanceof Published.Acknowledged)) {
                refuse(context, written.published());
                return;
            }
            var complete = record.setFileId(written.id().value())
                    .setSha256(written.sha256())
                    .setChunks(draft.chunks())
                    .build();
            var _ = sink.put(complete).onSuccess(published -> {
                if (published instanceof Published.Acknowledged) {
                    answers.json(context, 200, described(complete));
                } else {
                    refuse(context, published);
                }
            });
        });
    }

    private void refuse(RoutingContext context, Published published) {
        switch (published) {
            case Published.Acknowledged _ -> {}
            case Published.Overloaded(int seconds) ->
                answers.retryable(context, ErrorCode.OVERLOADED, "Too much is waiting to be written.", seconds);
            case Published.TooLarge(int bytes, int max) ->
                answers.error(context, ErrorCode.REQUEST_TOO_LARGE, "A record of " + bytes + " bytes; at most " + max);
            case Published.Unavailable(var _, int seconds) ->
                answers.retryable(context, ErrorCode.LOG_UNAVAILABLE, "The log did not take the file.", seconds);
        }
    }

    private void list(RoutingContext context) {
        var body = Answers.JSON.createObjectNode().put("object", "list");
        var data = body.putArray("data");
        var purpose = context.queryParam("purpose");
        shelf.list(Principal.of(context).account()).stream()
                .filter(file -> purpose.isEmpty() || file.getPurpose().equals(purpose.getLast()))
                .forEach(file -> data.add(described(file)));
        answers.json(context, 200, body.put("has_more", false));
    }

    private void withFile(RoutingContext context, Consumer<FileRecord> handler) {
        shelf.find(Principal.of(context).account(), context.pathParam("id"))
                .ifPresentOrElse(handler, () -> answers.error(context, ErrorCode.NOT_FOUND, "There is no such file."));
    }

    private void content(RoutingContext context, FileRecord file) {
        var id = FileId.of(file.getFileId());
        if (id.isEmpty()) {
            answers.error(context, ErrorCode.NOT_FOUND, "There is no such file.");
            return;
        }
        var read = reading.read(id.get(), file.getAccount(), FileLog.MAX_FILE_BYTES);
        var _ = Future.fromCompletionStage(read, vertx.getOrCreateContext())
                .onSuccess(found -> found.ifPresentOrElse(
                        stored -> send(context, file, stored),
                        () -> answers.error(
                                context, ErrorCode.RESULT_EXPIRED, "The file's bytes are not kept any more.")))
                .onFailure(failure -> answers.retryable(
                        context, ErrorCode.LOG_UNAVAILABLE, "The log of files cannot be read now.", 5));
    }

    private static void send(RoutingContext context, FileRecord file, StoredFile stored) {
        var response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        var bytes = new byte[stored.data().remaining()];
        stored.data().duplicate().get(bytes);
        var _ = response.putHeader("content-type", "application/octet-stream")
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("etag", "\"" + file.getSha256() + "\"")
                .end(Buffer.buffer(bytes));
    }

    private void delete(RoutingContext context, FileRecord file) {
        var _ = sink.delete(file).onSuccess(published -> {
            if (published instanceof Published.Acknowledged) {
                var body = Answers.JSON.createObjectNode().put("id", file.getFileId());
                answers.json(context, 200, body.put("object", "file").put("deleted", true));
            } else {
                refuse(context, published);
            }
        });
    }

    private static ObjectNode described(FileRecord file) {
        return Answers.JSON
                .createObjectNode()
                .put("id", file.getFileId())
                .put("object", "file")
                .put("bytes", file.getBytes())
                .put("created_at", file.getCreatedAtMillis() / 1000)
                .put("expires_at", file.getExpiresAtMillis() / 1000)
                .put("filename", file.getFileName())
                .put("purpose", file.getPurpose())
                .put("status", "processed")
                .put("mime_type", file.getMimeType())
                .put("sha256", file.getSha256());
    }
}
