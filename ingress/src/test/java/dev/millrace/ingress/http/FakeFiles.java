package dev.millrace.ingress.http;

import dev.millrace.avro.FileChunk;
import dev.millrace.avro.FileRecord;
import dev.millrace.file.FileAssembly;
import dev.millrace.file.FileId;
import dev.millrace.file.StoredFile;
import dev.millrace.ingress.files.FileSink;
import dev.millrace.ingress.publish.Published;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** The topics of files, in memory. */
final class FakeFiles implements FileSink {
    final List<FileChunk> chunks = new CopyOnWriteArrayList<>();
    final FakeLog.Table<FileRecord> records = new FakeLog.Table<>();

    /** What writers are told. */
    volatile Published outcome = new Published.Acknowledged(0, 0);

    @Override
    public int partitions() {
        return 4;
    }

    @Override
    public Future<Published> put(FileId id, FileChunk chunk) {
        if (outcome instanceof Published.Acknowledged) {
            chunks.add(chunk);
        }
        return Future.succeededFuture(outcome);
    }

    @Override
    public Future<Published> put(FileRecord file) {
        records.put(file.getFileId(), file);
        return Future.succeededFuture(outcome);
    }

    @Override
    public Future<Published> delete(FileRecord file) {
        records.remove(file.getFileId());
        return Future.succeededFuture(outcome);
    }

    /** A file read back as workers do. */
    CompletionStage<Optional<StoredFile>> read(FileId id, String account, int maxBytes) {
        var assembly = new FileAssembly(id.value(), maxBytes);
        chunks.forEach(assembly::add);
        return CompletableFuture.completedFuture(
                assembly.file().filter(file -> file.account().equals(account)));
    }
}
