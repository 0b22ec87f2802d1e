package dev.millrace.worker.provider;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.HttpPostRequestEncoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestEncoder.EncoderMode;
import io.netty.handler.codec.http.multipart.MemoryFileUpload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A form with files, held in memory whole: its size is bounded by that of the order it is made from.
 *
 * @param contentType with the boundary, for the {@code Content-Type} header
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7578">RFC 7578, multipart/form-data</a>
 */
public record MultipartBody(String contentType, ByteBuffer bytes) {
    /** A field of the form; names may come more than once. */
    public sealed interface Field {
        String name();

        record Text(String name, String value) implements Field {}

        /**
         * A file.
         *
         * @param fileName vendors tell the format by its extension; quotes and line ends in it are escaped
         */
        record File(String name, String fileName, String mimeType, ByteBuffer data) implements Field {}
    }

    /** Encodes the fields in order, with a random boundary. */
    public static MultipartBody of(List<Field> fields) {
        try {
            var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
            var encoder = new HttpPostRequestEncoder(
                    new DefaultHttpDataFactory(false), request, true, StandardCharsets.UTF_8, EncoderMode.HTML5);
            for (var field : fields) {
                add(encoder, field);
            }
            var content = content(encoder, encoder.finalizeRequest());
            return new MultipartBody(request.headers().get(HttpHeaderNames.CONTENT_TYPE), content);
        } catch (Exception e) {
            // What the encoder declares; in memory none of it can happen.
            throw new IllegalStateException("a form could not be encoded", e);
        }
    }

    private static void add(HttpPostRequestEncoder encoder, Field field) throws Exception {
        switch (field) {
            case Field.Text(var name, var value) -> encoder.addBodyAttribute(escaped(name), value);
            case Field.File(var name, var fileName, var mimeType, var data) -> {
                var upload = new MemoryFileUpload(
                        escaped(name), escaped(fileName), mimeType, "binary", null, data.remaining());
                upload.setContent(Unpooled.wrappedBuffer(data.duplicate()));
                encoder.addBodyHttpData(upload);
            }
        }
    }

    private static String escaped(String text) {
        return text.replace("\r", "%0D").replace("\n", "%0A").replace("\"", "%22");
    }

    private static ByteBuffer content(HttpPostRequestEncoder encoder, HttpRequest finalized) throws Exception {
        var chunks = new ArrayList<ByteBuf>();
        if (encoder.isChunked()) {
            while (!encoder.isEndOfInput()) {
                chunks.add(encoder.readChunk(UnpooledByteBufAllocator.DEFAULT).content());
            }
        } else if (finalized instanceof FullHttpRequest full) {
            chunks.add(full.content());
        }
        int size = chunks.stream().mapToInt(ByteBuf::readableBytes).sum();
        var bytes = ByteBuffer.allocate(size);
        chunks.forEach(chunk -> {
            int end = bytes.position() + chunk.readableBytes();
            chunk.readBytes(bytes.limit(end));
            bytes.limit(size);
            chunk.release();
        });
        return bytes.flip();
    }
}
