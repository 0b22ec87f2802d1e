package dev.millrace.ops.client;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that hold secrets: mode 0600 where the file system knows modes, replaced as a whole. */
public final class PrivateFile {
    private PrivateFile() {}

    /** Replaces {@code file} with {@code text}; a reader sees the old content or the new, never a part. */
    public static void write(Path file, String text) throws IOException {
        var absolute = file.toAbsolutePath();
        var draft = Files.createTempFile(absolute.getParent(), absolute.getFileName() + ".", ".tmp", ownerOnly());
        try {
            Files.writeString(draft, text);
            Files.move(draft, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
