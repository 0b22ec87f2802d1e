package dev.millrace.ingress.http;

import dev.millrace.access.Secret;
import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.egress.access.ApiKeyAuthentication;
import dev.millrace.egress.access.ScopedRouter;
import dev.millrace.egress.log.JobLog;
import dev.millrace.file.FileId;
import dev.millrace.file.StoredFile;
import dev.millrace.ingress.files.FileShelf;
import dev.millrace.ingress.files.FileSink;
import dev.millrace.ingress.publish.CancelSink;
import dev.millrace.ingress.publish.ControlSink;
import dev.millrace.ingress.publish.RequestSink;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the routes work with.
 *
 * @param reading mounts the routes that read results
 * @param catalogue the models in force now
 * @param pepper under which keys are stored
 */
public record HttpParts(
        JobLog log,
        ApiKeyAuthentication authentication,
        Consumer<ScopedRouter> reading,
        Supplier<Catalogue> catalogue,
        ControlView<ApiKeyRecord> keys,
        ControlView<AccountRecord> accounts,
        RequestSink requests,
        CancelSink cancels,
        ControlSink control,
        Files files,
        Secret pepper,
        InstantSource clock,
        MeterRegistry meters) {
    /**
     * What the routes of files work with.
     *
     * @param reading reads a file back
     */
    public record Files(FileShelf shelf, FileSink sink, Reading reading) {}

    /** Reads a file of an account back; see {@link dev.millrace.file.FileLog#read}. */
    @FunctionalInterface
    public interface Reading {
        CompletionStage<Optional<StoredFile>> read(FileId id, String account, int maxBytes);
    }
}
