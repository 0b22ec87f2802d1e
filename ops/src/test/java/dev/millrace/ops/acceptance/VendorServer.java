package dev.millrace.ops.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An OpenAI-compatible server on loopback that misbehaves on the wire as its model's name says.
 *
 * <p>It speaks through a plain socket, so that it can break every rule of HTTP. Thread-safe.
 */
final class VendorServer implements AutoCloseable {
    /** What this vendor says when nothing is wrong. */
    static final String TEXT = "Water turns the wheel.";

    private static final long TRICKLE_MILLIS = 250;

    private final ServerSocket listener;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> callsByMode = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    VendorServer() {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** What the vendor does with a call. */
    enum Mode {
        FINE,
        /** Takes the request and never answers. */
        HANG,
        /** Some content, then silence on an open connection. */
        HANG_AFTER_CONTENT,
        /** One byte at a time, for ever. */
        TRICKLE,
        /** Closes the connection instead of answering. */
        SLAM,
        /** Closes the connection after some content. */
        CUT,
        /** Ends the chunked body properly after some content, without a finish reason. */
        STOP_SHORT,
        NOT_HTTP,
        NOT_JSON,
        HUGE_LINE,
        /** 200, some content, then an error object. */
        ERROR_IN_STREAM,
        /** Nothing but an error object, with status 200. */
        ERROR_INSTEAD_OF_STREAM,
        THROTTLE_ONCE,
        THROTTLE,
        SERVER_ERROR_ONCE,
        SERVER_ERROR,
        HTML_ERROR,
        REFUSE,
        /** Wants the call, and the key with it, sent elsewhere. */
        REDIRECT;

        String model() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/v1");
    }

    /** Calls that asked for {@code mode} so far. */
    int calls(Mode mode) {
        return counter(mode).get();
    }

    private AtomicInteger counter(Mode mode) {
        return Objects.requireNonNull(callsByMode.computeIfAbsent(mode.model(), model -> new AtomicInteger()));
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (SocketException e) {
                return; // closed
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            var body = readRequest(in);
            for (var mode : Mode.values()) {
                if (body.contains("\"" + mode.model() + "\"")) {
                    answer(mode, socket.getOutputStream(), counter(mode).incrementAndGet() == 1);
                    return;
                }
            }
            status(socket.getOutputStream(), "404 Not Found", "", "{\"error\":{\"message\":\"no such model\"}}");
        } catch (IOException e) {
            // the caller hung up, which is what most of these modes are for
        } finally {
            open.remove(socket);
        }
    }

    private static String readRequest(BufferedReader in) throws IOException {
        int length = 0;
        for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        var body = new char[length];
        int read = 0;
        // the bodies of these tests are ASCII: characters are bytes
        while (read < length) {
            int n = in.read(body, read, length - read);
            if (n < 0) {
                break;
            }
            read += n;
        }
        return new String(body, 0, read);
    }

    private void answer(Mode mode, OutputStream out, boolean first) throws IOException {
        switch (mode) {
            case FINE -> fine(out);
            case HANG -> awaitClose();
            case HANG_AFTER_CONTENT -> {
                begin(out);
                awaitClose();
            }
            case TRICKLE -> trickle(out);
            case SLAM -> {}
            case CUT -> begin(out);
            case STOP_SHORT -> {
                begin(out);
                end(out);
            }
            case NOT_HTTP -> write(out, "220 smtp.example.org ESMTP ready\r\n");
            case NOT_JSON -> {
                head(out);
                chunk(out, "data: {\"choices\":[{\"index\":0,\"del\n\n");
                end(out);
            }
            case HUGE_LINE -> hugeLine(out);
            case ERROR_IN_STREAM -> {
                begin(out);
                chunk(
                        out,
                        "data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\",\"code\":null}}\n\n");
                end(out);
            }
            case ERROR_INSTEAD_OF_STREAM -> {
                head(out);
                chunk(
                        out,
                        "data: {\"error\":{\"message\":\"The server is overloaded\",\"type\":\"server_error\"}}\n\n");
                end(out);
            }
            case THROTTLE_ONCE -> throttleUnless(!first, out);
            case THROTTLE -> throttleUnless(false, out);
            case SERVER_ERROR_ONCE -> failUnless(!first, out);
            case SERVER_ERROR -> failUnless(false, out);
            case HTML_ERROR -> status(out, "502 Bad Gateway", "", "<html><body>Bad Gateway</body></html>");
            case REFUSE ->
                status(
                        out,
                        "400 Bad Request",
                        "",
                        "{\"error\":{\"message\":\"unsupported value\",\"type\":\"invalid_request_error\",\"code\":\"unsupported_value\"}}");
            case REDIRECT -> status(out, "307 Temporary Redirect", "Location: " + baseUrl() + "/fine\r\n", "");
        }
    }

    private static void fine(OutputStream out) throws IOException {
        begin(out);
        chunk(out, content(TEXT.substring(TEXT.indexOf(' '))));
        chunk(out, "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
        chunk(
                out,
                "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,\"total_tokens\":12}}\n\n");
        chunk(out, "data: [DONE]\n\n");
        end(out);
    }

    private static void throttleUnless(boolean calm, OutputStream out) throws IOException {
        if (calm) {
            fine(out);
        } else {
            var error =
                    "{\"error\":{\"message\":\"Rate limit reached\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}";
            status(out, "429 Too Many Requests", "Retry-After: 1\r\n", error);
        }
    }

    private static void failUnless(boolean well, OutputStream out) throws IOException {
        if (well) {
            fine(out);
        } else {
            status(
                    out,
                    "503 Service Unavailable",
                    "",
                    "{\"error\":{\"message\":\"try later\",\"type\":\"server_error\"}}");
        }
    }

    private void trickle(OutputStream out) throws IOException {
        head(out);
        var line = "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + "drip ".repeat(10_000);
        for (int i = 0; i < line.length() && !awaitClose(TRICKLE_MILLIS); i++) {
            chunk(out, line.substring(i, i + 1));
        }
    }

    private static void hugeLine(OutputStream out) throws IOException {
        head(out);
        chunk(out, "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"");
        var block = "x".repeat(1 << 20);
        for (int i = 0; i < 64; i++) {
            chunk(out, block);
        }
        chunk(out, "\"}}]}\n\n");
        end(out);
    }

    private static void begin(OutputStream out) throws IOException {
        head(out);
        chunk(out, content(TEXT.substring(0, TEXT.indexOf(' '))));
    }

    private static String content(String text) {
        return "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\""
                + text + "\"},\"finish_reason\":null}]}\n\n";
    }

    private static void head(OutputStream out) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    private static void chunk(OutputStream out, String text) throws IOException {
        write(out, Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    private static void end(OutputStream out) throws IOException {
        write(out, "0\r\n\r\n");
    }

    private static void status(OutputStream out, String status, String headers, String body) throws IOException {
        write(
                out,
                "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + headers
                        + "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private void awaitClose() {
        awaitClose(TimeUnit.MINUTES.toMillis(10));
    }

    private boolean awaitClose(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            listener.close();
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
