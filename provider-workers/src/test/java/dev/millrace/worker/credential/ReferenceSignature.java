package dev.millrace.worker.credential;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** AWS Signature Version 4 as its documentation spells it out, step by step; checked against the published vectors. */
record ReferenceSignature(String secretKey, String region, String service) {
    private static final HexFormat HEX = HexFormat.of();

    /**
     * The signature of a request.
     *
     * @param canonicalPath every segment encoded once more than it is sent
     * @param canonicalQuery sorted and encoded
     * @param headers those that are signed
     */
    String of(String method, String canonicalPath, String canonicalQuery, Map<String, String> headers, byte[] body) {
        try {
            var sorted = new TreeMap<String, String>();
            headers.forEach((name, value) -> sorted.put(name.toLowerCase(Locale.ROOT), value.strip()));
            var date = sorted.getOrDefault("x-amz-date", "");
            var canonical = String.join(
                    "\n",
                    method,
                    canonicalPath,
                    canonicalQuery,
                    sorted.entrySet().stream()
                            .map(it -> it.getKey() + ":" + it.getValue() + "\n")
                            .collect(Collectors.joining()),
                    String.join(";", sorted.keySet()),
                    HEX.formatHex(sha256(body)));
            var scope = date.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
            var toSign = String.join(
                    "\n",
                    "AWS4-HMAC-SHA256",
                    date,
                    scope,
                    HEX.formatHex(sha256(canonical.getBytes(StandardCharsets.UTF_8))));
            var key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
            for (var step : List.of(date.substring(0, 8), region, service, "aws4_request")) {
                key = hmac(key, step);
            }
            return HEX.formatHex(hmac(key, toSign));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
