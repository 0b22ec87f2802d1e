package dev.millrace.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.provider.MultipartBody.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MultipartBodyTest {
    private static List<Multipart.Part> parts(Field... fields) {
        var body = MultipartBody.of(List.of(fields));
        return Multipart.parse(
                body.contentType(),
                StandardCharsets.ISO_8859_1.decode(body.bytes()).toString());
    }

    @Test
    void keepsFieldsInOrderAlsoThoseOfOneName() {
        var parts = parts(new Field.Text("a", "1"), new Field.Text("b[]", "zwölf"), new Field.Text("b[]", ""));
        assertThat(parts).extracting(Multipart.Part::name).containsExactly("a", "b[]", "b[]");
        assertThat(parts).extracting(Multipart.Part::text).containsExactly("1", "zwölf", "");
    }

    @Test
    void keepsEveryByteOfAFile() {
        // Given
        var bytes = new byte[100_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        // When
        var parts = parts(new Field.File("file", "speech.mp3", "audio/mpeg", ByteBuffer.wrap(bytes)));
        // Then
        assertThat(parts).hasSize(1);
        assertThat(parts.getFirst().fileName()).isEqualTo("speech.mp3");
        assertThat(parts.getFirst().contentType()).isEqualTo("audio/mpeg");
        assertThat(parts.getFirst().content().getBytes(StandardCharsets.ISO_8859_1))
                .isEqualTo(bytes);
    }

    @Test
    void doesNotLetAFileNameAddHeaders() {
        var name = "a\"\r\nX-Evil: 1\r\n\r\nx.mp3";
        var parts = parts(new Field.File("file", name, "audio/mpeg", ByteBuffer.allocate(1)));
        assertThat(parts).hasSize(1);
        assertThat(parts.getFirst().fileName()).isEqualTo("a%22%0D%0AX-Evil: 1%0D%0A%0D%0Ax.mp3");
        assertThat(parts.getFirst().content()).hasSize(1);
    }
}
