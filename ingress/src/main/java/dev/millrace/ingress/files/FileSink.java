package dev.millrace.ingress.files;

import dev.millrace.avro.FileChunk;
import dev.millrace.avro.FileRecord;
import dev.millrace.file.FileId;
import dev.millrace.ingress.publish.Published;
import io.vertx.core.Future;

/** Where pieces and records of files go. Futures complete on the caller's context and never fail. */
public interface FileSink {
    /** Partitions of the topic of pieces. */
    int partitions();

    Future<Published> put(FileId id, FileChunk chunk);

    Future<Published> put(FileRecord file);

    /** Takes a file off the lists, and its pieces off the log. */
    Future<Published> delete(FileRecord file);
}
