package dev.millrace.avro;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * Lets Avro load the record classes of this package by the names in their schemas; it refuses every class it was not told to trust.
 *
 * <p>The build makes every generated record call this before anything else, so no process and no test has to remember it.
 */
final class TrustedRecords {
    static {
        var own = TrustedRecords.class.getPackageName();
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(own)));
    }

    private TrustedRecords() {}

    /** Has happened once this returns; costs nothing from the second call on. */
    static void trust() {}
}
