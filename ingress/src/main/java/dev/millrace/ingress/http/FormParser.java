package dev.millrace.ingress.http;

import dev.millrace.ingress.dialect.Content;
import dev.millrace.ingress.json.Mistake;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.EndOfDataDecoderException;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.ErrorDataDecoderException;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.NotEnoughDataDecoderException;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.TooLongFormFieldException;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder.TooManyFormFieldsException;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Objects;

/**
 * Reads a {@code multipart/form-data} body that is in memory whole. Pure.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7578">RFC 7578</a>
 */
final class FormParser {
    private static final int MAX_FIELDS = 128;
    private static final int TAIL_BYTES = 512;

    private FormParser() {}

    /** The form; throws {@link Mistake} when it is none. */
    static Content.Form parse(String contentType, byte[] body) {
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        HttpPostMultipartRequestDecoder decoder = null;
        try {
            decoder = new HttpPostMultipartRequestDecoder(
                    new DefaultHttpDataFactory(false), request, StandardCharsets.UTF_8, MAX_FIELDS, -1);
            decoder.offer(new DefaultLastHttpContent(Unpooled.wrappedBuffer(body)));
            requireEnd(body);
            return form(decoder);
        } catch (TooManyFormFieldsException e) {
            throw Mistake.invalid("body", "The form has more than " + MAX_FIELDS + " fields.");
        } catch (ErrorDataDecoderException
                | EndOfDataDecoderException
                | NotEnoughDataDecoderException
                | TooLongFormFieldException
                | IOException e) {
            throw broken();
        } finally {
            if (decoder != null) {
                decoder.destroy();
            }
        }
    }

    private static Mistake broken() {
        return Mistake.invalid(
                "body", "The body is not a valid multipart/form-data form: its parts or its boundary are malformed.");
    }

    /** A form that was cut off lacks the closing boundary. */
    private static void requireEnd(byte[] body) {
        int from = Math.max(0, body.length - TAIL_BYTES);
        var tail = new String(body, from, body.length - from, StandardCharsets.ISO_8859_1).stripTrailing();
        if (!tail.endsWith("--")) {
            throw broken();
        }
    }

    private static Content.Form form(HttpPostMultipartRequestDecoder decoder) throws IOException {
        var fields = new ArrayList<Content.Field>();
        var uploads = new ArrayList<Content.Upload>();
        for (InterfaceHttpData data : decoder.getBodyHttpDatas()) {
            if (data instanceof FileUpload upload) {
                uploads.add(new Content.Upload(
                        upload.getName(),
                        Objects.requireNonNullElse(upload.getFilename(), ""),
                        Objects.requireNonNullElse(upload.getContentType(), ""),
                        ByteBuffer.wrap(upload.get()).asReadOnlyBuffer()));
            } else if (data instanceof Attribute attribute) {
                fields.add(new Content.Field(attribute.getName(), new String(attribute.get(), StandardCharsets.UTF_8)));
            }
        }
        return new Content.Form(fields, uploads);
    }
}
