package dev.millrace.ops.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param key the key as the operator wrote it, or the file's name when the file itself is unreadable
 * @param problem what is wrong and what would be right; holds no secret
 */
public record Mistake(String key, Origin origin, String problem) {
    @Override
    public String toString() {
        return key + ": " + problem + " (" + origin + ")";
    }
}
