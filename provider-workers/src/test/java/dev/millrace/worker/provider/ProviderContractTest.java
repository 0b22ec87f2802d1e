package dev.millrace.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.Delta;
import dev.millrace.avro.Usage;
import dev.millrace.worker.provider.VendorResult.Finished;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every adapter has to get right, over its recorded replies. A subclass names the recordings, its decoder, and how a simple
 * independent program reads the same bytes.
 */
@Tag(VendorTable.RECORDINGS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ProviderContractTest {
    /** Longer replies are cut at every byte near their end, and at samples before. */
    private static final int EXHAUSTIVE_BYTES = 8_000;

    protected abstract Stream<Recording> recordings();

    protected abstract ReplyDecoder decoder(Recording recording);

    /** What the raw bytes say, read without the adapter. */
    protected abstract Expected expected(Recording recording);

    /** Result of an independent reading; usage null when the bytes have none, error null when the reply is none. */
    public record Expected(
            Reading reading,
            @Nullable Usage usage,
            @Nullable String error,
            Class<? extends VendorResult> result,
            List<String> extras) {}

    /** All that came out of a decoder. */
    public record Decoded(
            List<Delta> deltas,
            VendorResult result,
            @Nullable Usage usage,
            Map<String, String> vendor) {}

    protected final Decoded decode(Recording recording, Iterable<ByteBuffer> pieces, boolean orderly) {
        var decoder = decoder(recording);
        decoder.head(recording.status(), new VendorHeaders(recording.headers()));
        var deltas = new ArrayList<Delta>();
        for (var piece : pieces) {
            decoder.feed(piece);
            deltas.addAll(decoder.take());
        }
        if (orderly) {
            decoder.end();
        } else {
            decoder.cut();
        }
        deltas.addAll(decoder.take());
        var result = decoder.result();
        return new Decoded(
                deltas, Objects.requireNonNull(result, "result after the end"), decoder.usage(), decoder.vendor());
    }

    private Decoded whole(Recording recording) {
        return decode(recording, List.of(ByteBuffer.wrap(recording.body())), true);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void readsWhatTheBytesSay(Recording recording) {
        // Given
        var expected = expected(recording);
        // When
        var decoded = whole(recording);
        // Then
        assertThat(decoded.result()).as("result").isInstanceOf(expected.result());
        assertThat(Reading.of(decoded.deltas()).toString())
                .as("content")
                .isEqualTo(expected.reading().toString());
        assertThat(decoded.vendor().keySet()).as("extras").containsAll(expected.extras());
        if (expected.error() != null) {
            assertThat(errorMessage(decoded.result())).as("error").isEqualTo(expected.error());
        }
        if (expected.usage() == null) {
            assertThat(decoded.usage()).as("usage").isNull();
        } else {
            assertThat(decoded.usage()).as("usage").isEqualTo(expected.usage());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void readsTheSameHoweverTheNetworkCutsIt(Recording recording) {
        var expected = whole(recording);
        for (long seed = 1; seed <= 5; seed++) {
            // Given
            var pieces = split(recording.body(), new SplittableRandom(seed));
            // When
            var decoded = decode(recording, pieces, true);
            // Then
            assertThat(decoded).as("seed %d", seed).isEqualTo(expected);
        }
        assertThat(decode(recording, bytewise(recording.body()), true))
                .as("byte by byte")
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void neverFinishesAReplyThatBreaksOff(Recording recording) {
        for (int length : cuts(recording.body())) {
            // When
            var decoded = decode(recording, List.of(ByteBuffer.wrap(recording.body(), 0, length)), false);
            // Then
            assertThat(decoded.result()).as("cut after %d bytes", length).isNotInstanceOf(Finished.class);
        }
    }

    /** A cut reply may look orderly: a server behind a proxy that closed it, or a body without length. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void neverFinishesAReplyThatEndsTooEarly(Recording recording) {
        for (int length : cuts(recording.body())) {
            // When
            var decoded = decode(recording, List.of(ByteBuffer.wrap(recording.body(), 0, length)), true);
            // Then
            assertThat(decoded.result()).as("ended after %d bytes", length).isNotInstanceOf(Finished.class);
        }
    }

    /** Every proper prefix; trailing white space of a JSON object is not part of it. */
    private static List<Integer> cuts(byte[] body) {
        int end = body.length;
        if (body.length > 0 && body[0] == '{') {
            while (Character.isWhitespace(body[end - 1])) {
                end--;
            }
        }
        var cuts = new ArrayList<Integer>();
        for (int i = 0; i < end; i++) {
            if (end <= EXHAUSTIVE_BYTES || i > end - 600 || i % 251 == 0) {
                cuts.add(i);
            }
        }
        return cuts;
    }

    private static List<ByteBuffer> split(byte[] body, SplittableRandom random) {
        var pieces = new ArrayList<ByteBuffer>();
        for (int start = 0; start < body.length; ) {
            int length = Math.min(body.length - start, 1 + random.nextInt(random.nextBoolean() ? 8 : 2000));
            pieces.add(ByteBuffer.wrap(body, start, length));
            start += length;
        }
        return pieces;
    }

    private static List<ByteBuffer> bytewise(byte[] body) {
        var pieces = new ArrayList<ByteBuffer>();
        for (int i = 0; i < body.length; i++) {
            pieces.add(ByteBuffer.wrap(body, i, 1));
        }
        return pieces;
    }

    private static @Nullable String errorMessage(VendorResult result) {
        return switch (result) {
            case VendorResult.Throttled(var error, var _) -> error.message();
            case VendorResult.Refused(var error) -> error.message();
            case VendorResult.Unavailable(var error, var _) -> error.message();
            default -> null;
        };
    }
}
