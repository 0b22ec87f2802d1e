package dev.millrace.egress.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ErrorDetail;

/**
 * Problem details as {@code application/problem+json}; {@code type} is {@code urn:millrace:error:<code>}, and the members {@code code},
 * {@code param}, {@code retryable}, {@code vendor_status} and {@code vendor_code} are added.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
final class ProblemErrors implements ErrorShape {
    @Override
    public String contentType() {
        return "application/problem+json";
    }

    @Override
    public ObjectNode body(ErrorDetail error) {
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("type", "urn:millrace:error:" + error.getCode())
                .put("title", error.getCode().replace('_', ' '))
                .put("status", status(error))
                .put("detail", error.getMessage())
                .put("code", error.getCode())
                .put("retryable", error.getRetryable());
        if (error.getParam() != null) {
            body.put("param", error.getParam());
        }
        if (error.getVendorStatus() != null) {
            body.put("vendor_status", error.getVendorStatus());
        }
        if (error.getVendorCode() != null) {
            body.put("vendor_code", error.getVendorCode());
        }
        return body;
    }
}
