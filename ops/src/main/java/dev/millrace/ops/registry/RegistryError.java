package dev.millrace.ops.registry;

/**
 * The error codes of Confluent's API that this registry answers with.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">REST API reference</a>
 */
enum RegistryError {
    BAD_REQUEST(400, 400),
    NOT_FOUND(404, 404),
    METHOD_NOT_ALLOWED(405, 405),
    BODY_TOO_LARGE(413, 413),
    SUBJECT_NOT_FOUND(404, 40401),
    VERSION_NOT_FOUND(404, 40402),
    SCHEMA_NOT_FOUND(404, 40403),
    SUBJECT_SOFT_DELETED(404, 40404),
    SUBJECT_NOT_SOFT_DELETED(404, 40405),
    VERSION_SOFT_DELETED(404, 40406),
    VERSION_NOT_SOFT_DELETED(404, 40407),
    SUBJECT_LEVEL_NOT_CONFIGURED(404, 40408),
    SUBJECT_MODE_NOT_CONFIGURED(404, 40409),
    INCOMPATIBLE_SCHEMA(409, 409),
    INVALID_SCHEMA(422, 42201),
    INVALID_VERSION(422, 42202),
    INVALID_COMPATIBILITY_LEVEL(422, 42203),
    INVALID_MODE(422, 42204),
    OPERATION_NOT_PERMITTED(422, 42205),
    REFERENCE_EXISTS(422, 42206),
    INVALID_SUBJECT(422, 42208),
    STORE_FAILED(500, 50001),
    OVERLOADED(503, 50302),
    INTERNAL(500, 500);

    private final int httpStatus;
    private final int code;

    RegistryError(int httpStatus, int code) {
        this.httpStatus = httpStatus;
        this.code = code;
    }

    int httpStatus() {
        return httpStatus;
    }

    int code() {
        return code;
    }

    RegistryRefusal refusal(String message) {
        return new RegistryRefusal(this, message);
    }
}
