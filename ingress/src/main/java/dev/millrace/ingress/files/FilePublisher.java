package dev.millrace.ingress.files;

import dev.millrace.avro.FileChunk;
import dev.millrace.avro.FileRecord;
import dev.millrace.file.FileId;
import dev.millrace.ingress.publish.LogWriter;
import dev.millrace.ingress.publish.Published;
import dev.millrace.serde.Codecs;
import dev.millrace.topic.TopicCatalogue;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes files to {@code files} and {@code control-files}. Thread-safe; never blocks. */
public final class FilePublisher implements FileSink {
    private final LogWriter writer;
    private final TopicCatalogue topics;
    private final Codecs codecs;

    public FilePublisher(LogWriter writer, TopicCatalogue topics, Codecs codecs) {
        this.writer = writer;
        this.topics = topics;
        this.codecs = codecs;
    }

    @Override
    public int partitions() {
        return topics.files().partitions();
    }

    @Override
    public Future<Published> put(FileId id, FileChunk chunk) {
        var value = codecs.codec(topics.files()).encode(chunk);
        return writer.write(topics.files().name(), id.partition(), id.chunkKey(chunk.getIndex()), value, List.of());
    }

    @Override
    public Future<Published> put(FileRecord file) {
        var value = codecs.codec(topics.fileRecords()).encode(file);
        return writer.write(topics.fileRecords().name(), key(file), value, List.of());
    }

    @Override
    public Future<Published> delete(FileRecord file) {
        return writer.write(topics.fileRecords().name(), key(file), null, List.of())
                .onSuccess(published -> {
                    if (published instanceof Published.Acknowledged) {
                        FileId.of(file.getFileId()).ifPresent(id -> deletePieces(id, file.getChunks()));
                    }
                });
    }

    private void deletePieces(FileId id, int chunks) {
        for (int i = 0; i < chunks; i++) {
            var _ = writer.write(topics.files().name(), id.partition(), id.chunkKey(i), null, List.of());
        }
    }

    private static byte[] key(FileRecord file) {
        return file.getFileId().getBytes(StandardCharsets.UTF_8);
    }
}
