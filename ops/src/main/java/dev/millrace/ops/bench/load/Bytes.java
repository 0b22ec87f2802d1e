package dev.millrace.ops.bench.load;

/** Searches in bytes. */
final class Bytes {
    private Bytes() {}

    /** Where {@code wanted} begins in {@code bytes} between two places; -1 when it is not there. */
    static int indexOf(byte[] bytes, int from, int to, byte[] wanted) {
        int last = to - wanted.length;
        for (int i = from; i <= last; i++) {
            if (bytes[i] == wanted[0] && matches(bytes, i, wanted)) {
                return i;
            }
        }
        return -1;
    }

    static boolean startsWith(byte[] bytes, int from, int to, byte[] wanted) {
        return to - from >= wanted.length && matches(bytes, from, wanted);
    }

    private static boolean matches(byte[] bytes, int at, byte[] wanted) {
        for (int k = 0; k < wanted.length; k++) {
            if (bytes[at + k] != wanted[k]) {
                return false;
            }
        }
        return true;
    }
}
