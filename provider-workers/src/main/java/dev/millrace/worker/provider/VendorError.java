package dev.millrace.worker.provider;

import org.jspecify.annotations.Nullable;

/**
 * What a vendor said was wrong.
 *
 * @param status HTTP status, or the one named in the body of a 200; 0 when there is none
 * @param code the vendor's own code or type
 * @param message the vendor's words, at most {@value #MAX_MESSAGE_CHARS} characters; may quote the request, so never logged
 */
public record VendorError(int status, @Nullable String code, String message) {
    public static final int MAX_MESSAGE_CHARS = 2000;

    public VendorError {
        if (message.length() > MAX_MESSAGE_CHARS) {
            message = message.substring(0, MAX_MESSAGE_CHARS);
        }
        if (code != null && code.length() > 200) {
            code = code.substring(0, 200);
        }
    }
}
