package dev.millrace.ops.registry;

/**
 * A named type that a schema uses but another registered schema defines.
 *
 * @param name full name of the type
 * @param version of {@code subject}, from 1
 */
record SchemaReference(String name, String subject, int version) {}
