package dev.millrace.file;

import dev.millrace.avro.FileChunk;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Puts a file together from its pieces, in the order they lie on the log. Repeated pieces are dropped. Pure; not thread-safe. */
public final class FileAssembly {
    private final String fileId;
    private final int maxBytes;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private int next;
    private boolean broken;
    private Optional<StoredFile> file = Optional.empty();

    /** @param maxBytes a larger file counts as broken */
    public FileAssembly(String fileId, int maxBytes) {
        this.fileId = fileId;
        this.maxBytes = maxBytes;
    }

    /** Adds a piece; pieces of other files are skipped. */
    public void add(FileChunk chunk) {
        if (over() || !chunk.getFileId().equals(fileId) || chunk.getIndex() < next) {
            return;
        }
        if (chunk.getIndex() > next || data.size() + chunk.getData().remaining() > maxBytes) {
            broken = true;
            return;
        }
        next++;
        var bytes = new byte[chunk.getData().remaining()];
        chunk.getData().duplicate().get(bytes);
        data.writeBytes(bytes);
        if (chunk.getLast()) {
            end(chunk);
        }
    }

    private void end(FileChunk last) {
        var bytes = data.toByteArray();
        if (bytes.length != last.getTotalBytes() || !digest(bytes).equals(last.getSha256())) {
            broken = true;
            return;
        }
        file = Optional.of(new StoredFile(
                last.getAccount(),
                last.getMimeType(),
                last.getFileName(),
                ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
                last.getExpiresAtMillis()));
    }

    /** Whether nothing that follows can change anything. */
    public boolean over() {
        return broken || file.isPresent();
    }

    /** The file once it is whole and its digest fits. */
    public Optional<StoredFile> file() {
        return file;
    }

    /** SHA-256 as {@link FileChunk} carries it. */
    public static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }
}
