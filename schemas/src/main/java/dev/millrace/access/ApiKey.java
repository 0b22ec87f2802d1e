package dev.millrace.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * An API key as its owner holds it: {@code mrk_<16 hex key id>_<64 hex secret>_<8 hex CRC-32>}.
 *
 * <p>The prefix lets secret scanners find leaked keys, the checksum lets a mistyped key be refused without a look-up. Only the key id
 * and the HMAC-SHA-256 of the whole text, under a pepper that never reaches Kafka, are stored.
 */
public final class ApiKey {
    private static final Pattern FORM = Pattern.compile("mrk_([0-9a-f]{16})_([0-9a-f]{64})_([0-9a-f]{8})");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String keyId;
    private final Secret text;

    private ApiKey(String keyId, Secret text) {
        this.keyId = keyId;
        this.text = text;
    }

    /** Makes a key with a secret of 256 random bits. */
    public static ApiKey create() {
        var keyId = randomHex(8);
        var body = "mrk_" + keyId + "_" + randomHex(32);
        return new ApiKey(keyId, new Secret(body + "_" + checksum(body)));
    }

    /** Reads a presented key; empty when its form or checksum is wrong. */
    public static Optional<ApiKey> parse(String presented) {
        var form = FORM.matcher(presented);
        if (!form.matches()) {
            return Optional.empty();
        }
        var body = presented.substring(0, presented.length() - 9);
        return checksum(body).equals(form.group(3))
                ? Optional.of(new ApiKey(form.group(1), new Secret(presented)))
                : Optional.empty();
    }

    public String keyId() {
        return keyId;
    }

    /** The full text, shown once to the owner. */
    public Secret text() {
        return text;
    }

    /** What is stored instead of the key. */
    public byte[] hmac(Secret pepper) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(pepper.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(text.reveal().getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is not available", e);
        }
    }

    private static String randomHex(int bytes) {
        var random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static String checksum(String body) {
        var crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    @Override
    public String toString() {
        return "mrk_" + keyId + "_***";
    }
}
