package dev.millrace.worker.gemini;

import org.jspecify.annotations.Nullable;

/**
 * Ids of tool calls that the vendor gave none: made from the reply's id and the call's place in it, so that every reading of a reply gives
 * the same ids and two turns of a conversation different ones. They are never sent to the vendor.
 */
final class CallIds {
    /** Begins every id that was made here, or by the dialect's front door for a conversation without ids. */
    static final String PREFIX = "gcall_";

    private static final int MAX_REPLY_CHARS = 24;

    private CallIds() {}

    static String of(String reply, int candidate, int call) {
        var place = candidate == 0 ? "_" + call : "_" + candidate + "_" + call;
        var safe = reply.replaceAll("[^A-Za-z0-9_-]", "-");
        return PREFIX + safe.substring(0, Math.min(safe.length(), MAX_REPLY_CHARS)) + place;
    }

    /** Whether the vendor may see it. */
    static boolean isVendors(@Nullable String id) {
        return id != null && !id.isEmpty() && !id.startsWith(PREFIX);
    }
}
