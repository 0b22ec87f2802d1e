package dev.millrace.ingress.files;

import dev.millrace.avro.FileRecord;
import dev.millrace.error.ErrorCode;
import dev.millrace.file.FileId;
import dev.millrace.file.InputMedia;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.job.AccountId;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The files that accounts can list, as the control table tells them now. Thread-safe; never blocks. */
public final class FileShelf {
    private final Supplier<Map<String, FileRecord>> records;
    private final FileLimits limits;
    private final InstantSource clock;

    /** @param records all files by id */
    public FileShelf(Supplier<Map<String, FileRecord>> records, FileLimits limits, InstantSource clock) {
        this.records = records;
        this.limits = limits;
        this.clock = clock;
    }

    public FileLimits limits() {
        return limits;
    }

    /** A file of the account that has not expired. */
    public Optional<FileRecord> find(AccountId account, String id) {
        return Optional.ofNullable(records.get().get(id)).filter(file -> isLive(account, file));
    }

    /** The account's files, newest first. */
    public List<FileRecord> list(AccountId account) {
        return records.get().values().stream()
                .filter(file -> isLive(account, file))
                .sorted(Comparator.comparingLong(FileRecord::getCreatedAtMillis).reversed())
                .toList();
    }

    private boolean isLive(AccountId account, FileRecord file) {
        return file.getAccount().equals(account.value()) && clock.millis() < file.getExpiresAtMillis();
    }

    /** Throws {@link Mistake} when the account has no room for {@code bytes} more. */
    public void requireRoom(AccountId account, long bytes) {
        var kept = list(account);
        long used = kept.stream().mapToLong(FileRecord::getBytes).sum();
        if (kept.size() >= limits.maxFiles() || used + bytes > limits.maxBytes()) {
            throw new Mistake(
                    ErrorCode.REQUEST_TOO_LARGE,
                    "The account keeps " + kept.size() + " files of " + used + " bytes; the limits are "
                            + limits.maxFiles() + " files and " + limits.maxBytes() + " bytes. Delete some.",
                    "file");
        }
    }

    /**
     * Throws {@link Mistake} for the first id of ours in an input that names no file of the account. Ids of other forms are a vendor's and
     * pass.
     */
    public void requireAll(AccountId account, Object input) {
        InputMedia.of(input).forEach(media -> {
            var id = media.getFileId();
            if (id != null && FileId.of(id).isPresent() && find(account, id).isEmpty()) {
                throw new Mistake(ErrorCode.NOT_FOUND, "There is no file '" + id + "', or it has expired.", "file_id");
            }
        });
    }
}
