package dev.millrace.worker.local;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Pictures of 64 by 64 points whose colours their prompt decides, and films of four of them.
 *
 * @see <a href="https://www.w3.org/TR/png-3/">PNG, third edition</a>
 */
final class LocalPictures {
    private static final int SIDE = 64;
    private static final int FRAMES = 4;
    private static final int MAX_PICTURES = 10;
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private LocalPictures() {}

    /** Answers a request for pictures. */
    static ObjectNode answer(LocalBody body) {
        var request = body.request();
        var prompt = request.path("prompt").asText();
        int count = Math.clamp(request.path("n").asInt(1), 1, MAX_PICTURES);
        var answer = JsonNodeFactory.instance.objectNode().put("created", 0);
        var data = answer.putArray("data");
        for (int i = 0; i < count; i++) {
            var png = picture(body.seed(prompt) + i);
            data.addObject()
                    .put("b64_json", Base64.getEncoder().encodeToString(png))
                    .put("revised_prompt", prompt);
        }
        int words = Words.count(prompt);
        answer.put("output_format", "png").put("size", SIDE + "x" + SIDE);
        answer.putObject("usage")
                .put("input_tokens", words)
                .put("output_tokens", count * SIDE)
                .put("total_tokens", words + count * SIDE);
        return answer;
    }

    static byte[] picture(long seed) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        chunk(out, "IHDR", head());
        chunk(out, "IDAT", points(seed, 0));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    /** An animated PNG. */
    static byte[] film(long seed) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        chunk(out, "IHDR", head());
        chunk(out, "acTL", ByteBuffer.allocate(8).putInt(FRAMES).putInt(0).array());
        int sequence = 0;
        for (int frame = 0; frame < FRAMES; frame++) {
            chunk(out, "fcTL", control(sequence++));
            var points = points(seed, frame);
            if (frame == 0) {
                chunk(out, "IDAT", points);
            } else {
                var data = ByteBuffer.allocate(4 + points.length)
                        .putInt(sequence++)
                        .put(points);
                chunk(out, "fdAT", data.array());
            }
        }
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static byte[] head() {
        return ByteBuffer.allocate(13)
                .putInt(SIDE)
                .putInt(SIDE)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
    }

    private static byte[] control(int sequence) {
        return ByteBuffer.allocate(26)
                .putInt(sequence)
                .putInt(SIDE)
                .putInt(SIDE)
                .putInt(0)
                .putInt(0)
                .putShort((short) 1)
                .putShort((short) FRAMES)
                .array();
    }

    private static byte[] points(long seed, int shift) {
        var rows = ByteBuffer.allocate(SIDE * (1 + 3 * SIDE));
        for (int y = 0; y < SIDE; y++) {
            rows.put((byte) 0);
            for (int x = 0; x < SIDE; x++) {
                rows.put((byte) (seed + 4L * x))
                        .put((byte) ((seed >>> 8) + 4L * y))
                        .put((byte) ((seed >>> 16) + 2L * (x + y) + 64L * shift));
            }
        }
        var deflater = new Deflater();
        deflater.setInput(rows.array());
        deflater.finish();
        var out = new ByteArrayOutputStream();
        var buffer = new byte[4096];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        var name = type.getBytes(StandardCharsets.US_ASCII);
        var crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        out.writeBytes(name);
        out.writeBytes(data);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
