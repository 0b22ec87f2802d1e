package dev.millrace.egress.access;

import dev.millrace.avro.ApiKeyRecord;
import java.util.Optional;

/** The API keys by key id, as the log has them now. */
@FunctionalInterface
public interface KeyTable {
    /** The record of a key, revoked and expired ones included. Does not block. */
    Optional<ApiKeyRecord> find(String keyId);
}
