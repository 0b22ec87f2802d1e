package dev.millrace.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/** A decoder that refuses lists and maps nested deeper than a limit. One per value; not thread-safe. */
final class DepthLimitedDecoder extends Decoder {
    private final Decoder decoder;
    private final int maxDepth;
    private int depth;

    DepthLimitedDecoder(Decoder decoder, int maxDepth) {
        this.decoder = decoder;
        this.maxDepth = maxDepth;
    }

    private long entered(long items) {
        if (items != 0 && ++depth > maxDepth) {
            throw new AvroRuntimeException("nested deeper than " + maxDepth);
        }
        return items;
    }

    private long continued(long items) {
        if (items == 0) {
            depth--;
        }
        return items;
    }

    @Override
    public long readArrayStart() throws IOException {
        return entered(decoder.readArrayStart());
    }

    @Override
    public long arrayNext() throws IOException {
        return continued(decoder.arrayNext());
    }

    @Override
    public long readMapStart() throws IOException {
        return entered(decoder.readMapStart());
    }

    @Override
    public long mapNext() throws IOException {
        return continued(decoder.mapNext());
    }

    @Override
    public long skipArray() throws IOException {
        return decoder.skipArray();
    }

    @Override
    public long skipMap() throws IOException {
        return decoder.skipMap();
    }

    @Override
    public void readNull() throws IOException {
        decoder.readNull();
    }

    @Override
    public boolean readBoolean() throws IOException {
        return decoder.readBoolean();
    }

    @Override
    public int readInt() throws IOException {
        return decoder.readInt();
    }

    @Override
    public long readLong() throws IOException {
        return decoder.readLong();
    }

    @Override
    public float readFloat() throws IOException {
        return decoder.readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return decoder.readDouble();
    }

    @Override
    public Utf8 readString(@Nullable Utf8 old) throws IOException {
        return decoder.readString(old);
    }

    @Override
    public String readString() throws IOException {
        return decoder.readString();
    }

    @Override
    public void skipString() throws IOException {
        decoder.skipString();
    }

    @Override
    public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
        return decoder.readBytes(old);
    }

    @Override
    public void skipBytes() throws IOException {
        decoder.skipBytes();
    }

    @Override
    public void readFixed(byte[] bytes, int start, int length) throws IOException {
        decoder.readFixed(bytes, start, length);
    }

    @Override
    public void skipFixed(int length) throws IOException {
        decoder.skipFixed(length);
    }

    @Override
    public int readEnum() throws IOException {
        return decoder.readEnum();
    }

    @Override
    public int readIndex() throws IOException {
        return decoder.readIndex();
    }

    @Override
    public int remainingBytes() {
        return decoder.remainingBytes();
    }
}
