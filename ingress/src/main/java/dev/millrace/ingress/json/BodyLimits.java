package dev.millrace.ingress.json;

/**
 * Bounds of one JSON body.
 *
 * @param maxDepth nested objects and arrays, 8-512; default 64
 * @param maxNumberChars characters of one number, 20-1000; default 64
 * @param maxNameChars characters of one member name, 16-8192; default 512
 * @param maxItems elements of any one array and members of any one object that the dialect knows, 16-100000; default 4096
 */
public record BodyLimits(int maxDepth, int maxNumberChars, int maxNameChars, int maxItems) {
    public static final BodyLimits DEFAULTS = new BodyLimits(64, 64, 512, 4096);

    public BodyLimits {
        require("max-depth", maxDepth, 8, 512);
        require("max-number-chars", maxNumberChars, 20, 1000);
        require("max-name-chars", maxNameChars, 16, 8192);
        require("max-items", maxItems, 16, 100_000);
    }

    private static void require(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "ingress.body." + key + ": must be " + min + ".." + max + ", got " + value);
        }
    }
}
