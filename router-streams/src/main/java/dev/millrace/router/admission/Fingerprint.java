package dev.millrace.router.admission;

import dev.millrace.avro.InferenceRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/** Tells a repeated submit from a reused idempotency key. */
public final class Fingerprint {
    private Fingerprint() {}

    /**
     * What the submitter gave, or SHA-256 of the request without what differs between two tries of the same thing: job id, times,
     * trace and key names.
     */
    public static ByteBuffer of(InferenceRequest request) {
        var given = request.getFingerprint();
        if (given != null) {
            return given.duplicate();
        }
        var same = InferenceRequest.newBuilder(request)
                .setJobId("")
                .setCorrelationId(null)
                .setIdempotencyKey(null)
                .setKeyId(null)
                .setCreatedAtMillis(0)
                .setDeadlineAtMillis(null)
                .build();
        try (var digest =
                new DigestOutputStream(OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"))) {
            var encoder = EncoderFactory.get().blockingBinaryEncoder(digest, null);
            new SpecificDatumWriter<>(InferenceRequest.class).write(same, encoder);
            encoder.flush();
            return ByteBuffer.wrap(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }
}
