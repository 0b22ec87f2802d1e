package dev.millrace.ops.config;

/** A value as it was written, with its place. */
record Located(Raw raw, Origin origin) {}
