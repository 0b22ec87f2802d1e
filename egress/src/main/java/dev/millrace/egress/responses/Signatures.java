package dev.millrace.egress.responses;

/**
 * Another vendor's signature of its thinking, in the place that this dialect has for what clients must send back untouched. Ingress takes
 * it out again.
 */
public final class Signatures {
    private static final String PREFIX = "millrace-signature:";

    private Signatures() {}

    public static String wrap(String signature) {
        return PREFIX + signature;
    }

    public static boolean isWrapped(String encrypted) {
        return encrypted.startsWith(PREFIX);
    }

    /** The signature; only of what {@link #isWrapped} is. */
    public static String unwrap(String encrypted) {
        return encrypted.substring(PREFIX.length());
    }
}
