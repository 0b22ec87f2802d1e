package dev.millrace.ops.registry;

/** Which version of a subject a request means. */
sealed interface VersionSelector {
    /** The newest that is not deleted. */
    record Latest() implements VersionSelector {
        @Override
        public String toString() {
            return "latest";
        }
    }

    /**
     * That version.
     *
     * @param number from 1
     */
    record Exactly(int number) implements VersionSelector {
        @Override
        public String toString() {
            return Integer.toString(number);
        }
    }

    /**
     * Reads a path segment.
     *
     * @throws RegistryRefusal when the text is neither a version nor {@code latest}
     */
    static VersionSelector parse(String text) {
        if (text.equals("latest") || text.equals("-1")) {
            return new Latest();
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 1) {
                return new Exactly(number);
            }
        } catch (NumberFormatException notANumber) {
            // refused below
        }
        throw RegistryError.INVALID_VERSION.refusal("The specified version '" + text
                + "' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"");
    }
}
