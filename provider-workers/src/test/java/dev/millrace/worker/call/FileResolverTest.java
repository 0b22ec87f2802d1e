package dev.millrace.worker.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.file.FileId;
import dev.millrace.file.StoredFile;
import dev.millrace.worker.call.FileResolver.Resolved;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FileResolverTest {
    private static final FileId ID = FileId.create(4);

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static AttemptOrder order(String... fileIds) {
        var parts = List.of(fileIds).stream()
                .map(id -> new Part(
                        MediaPart.newBuilder()
                                .setKind(MediaKind.AUDIO)
                                .setFileId(id)
                                .build(),
                        Map.of()))
                .toList();
        var request = InferenceRequest.newBuilder()
                .setAccount("acme")
                .setModel("m")
                .setOperation(Operation.TRANSCRIPTION)
                .setInput(TaskInput.newBuilder().setParts(parts).build())
                .build();
        return AttemptOrder.newBuilder()
                .setProvider("p")
                .setModel("p/m")
                .setVendorModel("m")
                .setRequest(request)
                .setDeadlineAtMillis(1)
                .build();
    }

    private static MediaPart media(AttemptOrder order, int index) {
        return (MediaPart) ((TaskInput) order.getRequest().getInput())
                .getParts()
                .get(index)
                .getContent();
    }

    private Resolved resolve(FileResolver resolver, AttemptOrder order) {
        var done = new CompletableFuture<Resolved>();
        resolver.resolve(order, vertx.getOrCreateContext(), done::complete);
        return done.orTimeout(5, TimeUnit.SECONDS).join();
    }

    @Test
    void putsTheBytesInPlaceOfOurIdsAndLeavesAVendors() {
        // Given
        var stored = new StoredFile("acme", "audio/wav", "a.wav", ByteBuffer.wrap(new byte[] {7}), 0);
        var resolver = new FileResolver((id, account, max) -> CompletableFuture.completedFuture(
                Optional.of(stored).filter(file -> id.equals(ID) && account.equals("acme"))));
        var order = order(ID.value(), "file-vendor");
        // When
        var resolved = resolve(resolver, order);
        // Then
        assertThat(resolved).isInstanceOf(Resolved.Complete.class);
        var complete = ((Resolved.Complete) resolved).order();
        assertThat(media(complete, 0).getData()).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
        assertThat(media(complete, 0).getMimeType()).isEqualTo("audio/wav");
        assertThat(media(complete, 0).getFileId()).isNull();
        assertThat(media(order, 0).getFileId()).isEqualTo(ID.value());
        assertThat(media(complete, 1).getFileId()).isEqualTo("file-vendor");
    }

    @Test
    void refusesAFileThatIsNotThereAndPutsOffWhatCannotBeRead() {
        var missing = new FileResolver((id, account, max) -> CompletableFuture.completedFuture(Optional.empty()));
        var unreadable =
                new FileResolver((id, account, max) -> CompletableFuture.failedFuture(new IllegalStateException("x")));

        assertThat(resolve(missing, order(ID.value())))
                .isInstanceOfSatisfying(
                        Resolved.Refused.class,
                        refused -> assertThat(refused.error().getParam()).isEqualTo("file_id"));
        assertThat(resolve(unreadable, order(ID.value()))).isInstanceOf(Resolved.Unavailable.class);
    }
}
