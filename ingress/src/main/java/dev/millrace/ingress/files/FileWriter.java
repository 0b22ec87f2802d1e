package dev.millrace.ingress.files;

import dev.millrace.avro.FileChunk;
import dev.millrace.file.FileAssembly;
import dev.millrace.file.FileId;
import dev.millrace.ingress.publish.Published;
import io.vertx.core.Future;
import java.nio.ByteBuffer;

/** Writes a file in pieces, one after another. Thread-safe; never blocks. */
public final class FileWriter {
    /** Size of one piece. */
    public static final int CHUNK_BYTES = 512 * 1024;

    private final FileSink sink;

    public FileWriter(FileSink sink) {
        this.sink = sink;
    }

    /**
     * What is to be written.
     *
     * @param expiresAtMillis epoch milliseconds
     */
    public record Draft(String account, String mimeType, String fileName, ByteBuffer data, long expiresAtMillis) {
        /** How many pieces it takes; an empty file takes one. */
        public int chunks() {
            return Math.max(1, Math.ceilDiv(data.remaining(), CHUNK_BYTES));
        }
    }

    /**
     * What became of a file.
     *
     * @param published of the last piece that was tried; the file is there if and only if it is acknowledged
     * @param sha256 of the whole file
     */
    public record Written(FileId id, String sha256, Published published) {}

    /** Writes a file under a fresh id. The future never fails. */
    public Future<Written> write(Draft draft) {
        var id = FileId.create(sink.partitions());
        var bytes = new byte[draft.data().remaining()];
        draft.data().duplicate().get(bytes);
        return write(new Run(id, draft, FileAssembly.digest(bytes)), 0);
    }

    private record Run(FileId id, Draft draft, String sha256) {}

    private Future<Written> write(Run run, int index) {
        boolean last = index == run.draft().chunks() - 1;
        return sink.put(run.id(), chunk(run, index, last)).compose(published -> {
            boolean more = published instanceof Published.Acknowledged && !last;
            return more
                    ? write(run, index + 1)
                    : Future.succeededFuture(new Written(run.id(), run.sha256(), published));
        });
    }

    private static FileChunk chunk(Run run, int index, boolean last) {
        int from = index * CHUNK_BYTES;
        var data = run.draft().data();
        int length = Math.min(CHUNK_BYTES, data.remaining() - from);
        var chunk = FileChunk.newBuilder()
                .setFileId(run.id().value())
                .setAccount(run.draft().account())
                .setIndex(index)
                .setData(data.slice(data.position() + from, length));
        if (last) {
            chunk.setLast(true)
                    .setMimeType(run.draft().mimeType())
                    .setFileName(run.draft().fileName())
                    .setTotalBytes(data.remaining())
                    .setSha256(run.sha256())
                    .setExpiresAtMillis(run.draft().expiresAtMillis());
        }
        return chunk.build();
    }
}
