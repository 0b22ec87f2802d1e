package dev.millrace.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.FileChunk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FileAssemblyTest {
    private static final FileId ID = FileId.create(4);

    private static FileChunk chunk(FileId id, int index, String data) {
        return FileChunk.newBuilder()
                .setFileId(id.value())
                .setAccount("acme")
                .setIndex(index)
                .setData(ByteBuffer.wrap(data.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    private static FileChunk last(int index, String data, String whole) {
        var bytes = whole.getBytes(StandardCharsets.UTF_8);
        return FileChunk.newBuilder(chunk(ID, index, data))
                .setLast(true)
                .setTotalBytes(bytes.length)
                .setSha256(FileAssembly.digest(bytes))
                .build();
    }

    private static FileAssembly assembly(FileChunk... chunks) {
        var assembly = new FileAssembly(ID.value(), 100);
        for (var chunk : chunks) {
            assembly.add(chunk);
        }
        return assembly;
    }

    @Test
    void putsPiecesTogetherWhateverLiesBetweenThem() {
        var file = assembly(
                        chunk(ID, 0, "ab"),
                        chunk(FileId.create(4), 0, "other"),
                        chunk(ID, 0, "ab"),
                        last(1, "cd", "abcd"))
                .file();

        assertThat(file)
                .hasValueSatisfying(whole -> assertThat(StandardCharsets.UTF_8
                                .decode(whole.data().duplicate())
                                .toString())
                        .isEqualTo("abcd"));
    }

    @Test
    void takesNoFileThatLacksAPieceOrDiffersFromItsDigest() {
        assertThat(assembly(chunk(ID, 0, "ab"), last(2, "cd", "abcd")).file()).isEmpty();
        assertThat(assembly(chunk(ID, 0, "ab"), last(1, "cX", "abcd")).file()).isEmpty();
        assertThat(assembly(chunk(ID, 0, "ab")).file()).isEmpty();
        assertThat(assembly(chunk(ID, 0, "x".repeat(101))).over()).isTrue();
    }

    @Test
    void readsItsOwnIdsAndNoOthers() {
        assertThat(FileId.of(ID.value())).contains(ID);
        assertThat(FileId.of("file-abc")).isEmpty();
        assertThat(FileId.of(ID.value() + "x")).isEmpty();
        assertThat(ID.partition()).isBetween(0, 3);
    }
}
