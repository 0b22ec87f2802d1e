package dev.millrace.ingress.http;

import static dev.millrace.ingress.http.TestDoor.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.FileRecord;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.TaskInput;
import dev.millrace.file.FileId;
import dev.millrace.ingress.files.FileWriter;
import dev.millrace.ingress.publish.Published;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FileRoutesTest {
    private static final String FILES = "/v1/files";

    private final TestDoor door = new TestDoor();

    @AfterEach
    void close() {
        door.close();
    }

    private static byte[] bytes(int count) {
        var bytes = new byte[count];
        new SplittableRandom(count).nextBytes(bytes);
        return bytes;
    }

    private String upload(byte[] data) {
        var response = door.send(new Form()
                .field("purpose", "user_data")
                .file("file", "a.bin", "application/octet-stream", data)
                .post(door, FILES));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response).path("id").asText();
    }

    @Test
    void givesBackWhatWasUploadedInPieces() {
        // Given
        var data = "text ".repeat(300_000).getBytes(StandardCharsets.UTF_8);
        // When
        var id = upload(data);
        // Then
        assertThat(door.files.chunks)
                .hasSize(3)
                .allMatch(chunk -> chunk.getData().remaining() <= FileWriter.CHUNK_BYTES);
        var told = json(door.send(door.request(FILES + "/" + id).GET()));
        assertThat(told.path("bytes").asInt()).isEqualTo(1_500_000);
        assertThat(told.path("filename").asText()).isEqualTo("a.bin");
        assertThat(told.path("sha256").asText()).hasSize(64);
        var content = door.send(door.request(FILES + "/" + id + "/content").GET());
        assertThat(content.body()).isEqualTo("text ".repeat(300_000));
        assertThat(TestDoor.texts(json(door.send(door.request(FILES).GET())), "id"))
                .containsExactly(id);
    }

    @Test
    void deletesAndIsNobodyElses() {
        var id = upload(bytes(10));
        var record = door.files.records.find(id).orElseThrow();

        door.files.records.put(
                id, FileRecord.newBuilder(record).setAccount("other").build());
        assertThat(door.send(door.request(FILES + "/" + id).GET()).statusCode()).isEqualTo(404);
        assertThat(door.send(door.request(FILES + "/" + id).DELETE()).statusCode())
                .isEqualTo(404);
        door.files.records.put(id, record);
        assertThat(json(door.send(door.request(FILES + "/" + id).DELETE()))
                        .path("deleted")
                        .asBoolean())
                .isTrue();
        assertThat(door.send(door.request(FILES + "/" + id).GET()).statusCode()).isEqualTo(404);
    }

    @Test
    void refusesWhatIsNoUpload() {
        assertThat(door.send(door.post(FILES, "{}")).statusCode()).isEqualTo(400);
        assertThat(door.send(new Form().field("purpose", "x").post(door, FILES)).statusCode())
                .isEqualTo(400);
        var life = new Form()
                .field("expires_after[seconds]", "1")
                .file("file", "a", "text/plain", bytes(1))
                .post(door, FILES);
        assertThat(json(door.send(life)).at("/error/param").asText()).isEqualTo("expires_after[seconds]");
        door.files.outcome = new Published.Unavailable(false, 3);
        var unavailable =
                door.send(new Form().file("file", "a", "text/plain", bytes(1)).post(door, FILES));
        assertThat(unavailable.statusCode()).isEqualTo(503);
    }

    @Test
    void takesAFileByItsIdAndRefusesOneThatIsNotThere() {
        var id = upload(bytes(10));
        var known = door.send(door.post("/v1/jobs", job(id)));
        var unknown = door.send(door.post("/v1/jobs", job(FileId.create(4).value())));
        var vendors = door.send(door.post("/v1/jobs", job("file-abc123")));

        assertThat(known.statusCode()).as(known.body()).isEqualTo(202);
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(json(unknown).path("param").asText()).isEqualTo("file_id");
        assertThat(vendors.statusCode()).isEqualTo(202);
    }

    private static String job(String file) {
        return "{\"operation\":\"transcription\",\"model\":\"local/transcribe\",\"file_id\":\"" + file + "\"}";
    }

    @Test
    void keepsLargeMediaOutOfTheRecord() {
        // Given
        var wav = bytes(1 << 20);
        System.arraycopy("RIFF....WAVE".getBytes(StandardCharsets.US_ASCII), 0, wav, 0, 12);
        door.answering("heard");
        // When
        var response = door.send(new Form()
                .field("model", "local/transcribe")
                .file("file", "a.wav", "audio/wav", wav)
                .post(door, "/v1/audio/transcriptions"));
        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        var input = (TaskInput) door.log.onlyRequest().getInput();
        var media = (MediaPart) input.getParts().getFirst().getContent();
        assertThat(media.getData()).isNull();
        var id = FileId.of(String.valueOf(media.getFileId())).orElseThrow();
        var stored = door.files
                .read(id, "acme", 1 << 24)
                .toCompletableFuture()
                .join()
                .orElseThrow();
        assertThat(stored.data()).isEqualTo(ByteBuffer.wrap(wav));
        assertThat(door.files.records.all()).isEmpty();
    }

    @Test
    void submitsNothingWhenTheMediaCannotBeStored() {
        door.files.outcome = new Published.Unavailable(true, 3);

        var response = door.send(new Form()
                .field("model", "local/transcribe")
                .file("file", "a.wav", "audio/wav", bytes(1 << 20))
                .post(door, "/v1/audio/transcriptions"));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(door.log.requests).isEmpty();
    }
}
