package dev.millrace.worker.provider;

/**
 * How much of a reply is held in memory.
 *
 * @param maxLineBytes one line of a stream; default 8 MiB, which holds an inline image
 * @param maxEventBytes data of one event, over all its lines; default 8 MiB
 * @param maxBodyBytes a whole JSON reply; default 64 MiB
 * @param maxStreamBytes all bytes of a stream, keep-alives included; default 512 MiB
 * @param maxErrorBytes as much of an error body is read, the rest is ignored; default 64 KiB
 * @param maxVendorBytes what is kept beside the content; default 256 KiB
 */
public record DecoderLimits(
        int maxLineBytes,
        int maxEventBytes,
        int maxBodyBytes,
        long maxStreamBytes,
        int maxErrorBytes,
        int maxVendorBytes) {
    private static final int MEBIBYTE = 1024 * 1024;

    public static final DecoderLimits DEFAULTS =
            new DecoderLimits(8 * MEBIBYTE, 8 * MEBIBYTE, 64 * MEBIBYTE, 512L * MEBIBYTE, 64 * 1024, 256 * 1024);

    public DecoderLimits {
        if (maxLineBytes < 1 || maxEventBytes < 1 || maxBodyBytes < 1 || maxStreamBytes < 1 || maxErrorBytes < 1) {
            throw new IllegalArgumentException("decoder limits: must be positive");
        }
    }
}
