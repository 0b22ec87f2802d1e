package dev.millrace.egress.reply;

import java.util.Map;

/** Members beside the content over several pieces. */
final class Extensions {
    private Extensions() {}

    /** Adds {@code later}: JSON arrays of one name are joined, of anything else the later value counts. */
    static void join(Map<String, String> into, Map<String, String> later) {
        later.forEach((name, json) -> into.merge(name, json, Extensions::join));
    }

    private static String join(String before, String later) {
        return isFilledArray(before) && isFilledArray(later)
                ? before.substring(0, before.length() - 1) + "," + later.substring(1)
                : later;
    }

    private static boolean isFilledArray(String json) {
        return json.length() > 2 && json.startsWith("[") && json.endsWith("]");
    }
}
