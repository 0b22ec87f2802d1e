package dev.millrace.file;

import java.nio.ByteBuffer;

/**
 * A file read back whole.
 *
 * @param data read-only
 */
public record StoredFile(String account, String mimeType, String fileName, ByteBuffer data, long expiresAtMillis) {}
