package dev.millrace.worker.transport;

import dev.millrace.access.Secret;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.credential.Authorization;
import dev.millrace.worker.credential.Authorization.Denied;
import dev.millrace.worker.credential.Authorization.Granted;
import dev.millrace.worker.credential.KeyAuthorizer;
import dev.millrace.worker.credential.RequestAuthorizer;
import dev.millrace.worker.provider.AllowedHosts;
import dev.millrace.worker.provider.CredentialScheme;
import dev.millrace.worker.provider.CredentialScheme.InHeader;
import dev.millrace.worker.provider.VendorCall;
import dev.millrace.worker.provider.VendorHeaders;
import dev.millrace.worker.transport.TransportFailure.Broken;
import dev.millrace.worker.transport.TransportFailure.NoCredential;
import dev.millrace.worker.transport.TransportFailure.NotAllowed;
import dev.millrace.worker.transport.TransportFailure.NotConnected;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries calls to one provider over HTTP.
 *
 * <p>The provider's credential goes to its own origin only: every request is made against the base address of the catalogue, or without
 * the credential against a host that is allowed beside it; redirects are not followed, and the certificate is verified. The credential is
 * never logged. Over TLS HTTP/2 is offered, with HTTP/1.1 as fallback.
 */
public final class HttpTransport implements VendorTransport {
    private static final long HTTP2_CANCEL = 0x8;
    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final int IDLE_SECONDS = 20;
    private static final int STREAMS_PER_CONNECTION = 50;

    private final HttpClientAgent client;
    private final URI baseUrl;
    private final RequestAuthorizer authorizer;
    private final AllowedHosts allowedHosts;

    HttpTransport(HttpClientAgent client, URI baseUrl, CredentialScheme scheme, @Nullable Secret credential) {
        this(client, baseUrl, byKey(scheme, credential), AllowedHosts.NONE);
    }

    HttpTransport(HttpClientAgent client, URI baseUrl, RequestAuthorizer authorizer, AllowedHosts allowedHosts) {
        var protocol = String.valueOf(baseUrl.getScheme()).toLowerCase(Locale.ROOT);
        if ((!protocol.equals("http") && !protocol.equals("https")) || baseUrl.getHost() == null) {
            throw new IllegalArgumentException("base address must be http or https with a host, got " + baseUrl);
        }
        this.client = client;
        this.baseUrl = baseUrl;
        this.authorizer = authorizer;
        this.allowedHosts = allowedHosts;
    }

    /** The transport of a provider that takes a fixed key in a header, or none. */
    public static HttpTransport of(
            Vertx vertx, Provider provider, URI baseUrl, CredentialScheme scheme, @Nullable Secret credential) {
        return of(vertx, provider, baseUrl, scheme, credential, AllowedHosts.NONE);
    }

    /** The same for a provider whose replies may refer to other hosts. */
    public static HttpTransport of(
            Vertx vertx,
            Provider provider,
            URI baseUrl,
            CredentialScheme scheme,
            @Nullable Secret credential,
            AllowedHosts allowedHosts) {
        return of(vertx, provider, baseUrl, byKey(scheme, credential), allowedHosts);
    }

    private static RequestAuthorizer byKey(CredentialScheme scheme, @Nullable Secret credential) {
        return scheme instanceof InHeader(var header, var prefix)
                ? KeyAuthorizer.header(header, prefix, credential)
                : KeyAuthorizer.none();
    }

    /**
     * The transport of a provider, with as many connections as it may have calls; closes the authorizer when it is closed.
     *
     * @param allowedHosts hosts that the provider's replies may refer to
     */
    public static HttpTransport of(
            Vertx vertx, Provider provider, URI baseUrl, RequestAuthorizer authorizer, AllowedHosts allowedHosts) {
        var options = options(baseUrl, provider.quirks().getOrDefault("http-version", "2"));
        var pool = new PoolOptions()
                .setHttp1MaxSize(Math.max(1, provider.maxConcurrent()))
                .setHttp2MaxSize(1 + provider.maxConcurrent() / STREAMS_PER_CONNECTION);
        return new HttpTransport(vertx.createHttpClient(options, pool), baseUrl, authorizer, allowedHosts);
    }

    static HttpClientOptions options(URI baseUrl, String httpVersion) {
        boolean tls = "https".equalsIgnoreCase(baseUrl.getScheme());
        boolean multiplexed = tls && !httpVersion.equals("1.1");
        return new HttpClientOptions()
                .setSsl(tls)
                .setVerifyHost(true)
                .setTrustAll(false)
                .setUseAlpn(multiplexed)
                .setProtocolVersion(multiplexed ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
                .setTcpNoDelay(true)
                .setKeepAliveTimeout(IDLE_SECONDS)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setDecompressionSupported(false);
    }

    @Override
    public Exchange start(Context context, VendorCall call, Listener listener) {
        var exchange = new HttpExchange(listener);
        var origin = call.origin();
        if (origin != null && !isOwn(origin) && !isAllowed(origin)) {
            context.runOnContext(_ -> exchange.notAllowed(origin));
            return exchange;
        }
        boolean foreign = origin != null && !mayHaveKey(origin);
        (foreign ? KeyAuthorizer.none() : authorizer)
                .authorize(context, request(call), call.body())
                .onSuccess(authorization -> connect(exchange, authorization, call))
                .onFailure(exchange::notAuthorized);
        return exchange;
    }

    private void connect(HttpExchange exchange, Authorization authorization, VendorCall call) {
        switch (authorization) {
            case Denied(var reason, var retryable) -> exchange.denied(new NoCredential(reason, retryable));
            case Granted(var request)
            when !exchange.over ->
                client.request(request)
                        .onSuccess(connected -> exchange.send(connected, call))
                        .onFailure(exchange::notConnected);
            case Granted _ -> {}
        }
    }

    private RequestOptions request(VendorCall call) {
        var origin = call.origin() == null ? baseUrl : call.origin();
        boolean below = call.origin() == null && baseUrl.getRawPath() != null;
        var basePath = below ? baseUrl.getRawPath().replaceAll("/+$", "") : "";
        var options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(call.method()))
                .setHost(origin.getHost())
                .setPort(port(origin))
                .setSsl(isTls(origin))
                .setURI(basePath + call.path())
                .setFollowRedirects(false);
        call.headers().forEach(options::putHeader);
        options.putHeader("Accept-Encoding", "identity");
        return options;
    }

    private boolean mayHaveKey(URI origin) {
        return isOwn(origin) || (isTls(origin) && allowedHosts.mayHaveKey(origin.getHost()));
    }

    private boolean isOwn(URI origin) {
        return isTls(origin) == isTls(baseUrl)
                && port(origin) == port(baseUrl)
                && origin.getHost().equalsIgnoreCase(baseUrl.getHost());
    }

    /** In clear text only where the provider itself is spoken to in clear text. */
    private boolean isAllowed(URI origin) {
        return (isTls(origin) || !isTls(baseUrl)) && allowedHosts.allows(origin.getHost());
    }

    private static boolean isTls(URI origin) {
        return "https".equalsIgnoreCase(origin.getScheme());
    }

    private static int port(URI origin) {
        return origin.getPort() >= 0 ? origin.getPort() : isTls(origin) ? 443 : 80;
    }

    @Override
    public void close() {
        client.close();
        authorizer.close();
    }

    private static final class HttpExchange implements Exchange {
        private final Listener listener;
        private @Nullable HttpClientRequest request;
        private @Nullable HttpClientResponse response;
        private boolean paused;
        private boolean over;

        HttpExchange(Listener listener) {
            this.listener = listener;
        }

        void send(HttpClientRequest connected, VendorCall call) {
            if (over) {
                reset(connected);
                return;
            }
            request = connected;
            listener.connected();
            connected.exceptionHandler(this::broken);
            connected.response().onSuccess(this::head).onFailure(this::broken);
            connected.end(Buffer.buffer(bytes(call.body()))).onFailure(this::broken);
        }

        private void head(HttpClientResponse arrived) {
            if (over) {
                return;
            }
            response = arrived;
            if (paused) {
                arrived.pause();
            }
            arrived.handler(this::bytes);
            arrived.endHandler(_ -> end());
            arrived.exceptionHandler(this::broken);
            var headers = map(arrived.headers());
            if (endsWithConnection(arrived)) {
                headers.put(VendorHeaders.ENDS_WITH_CONNECTION, "");
            }
            listener.head(arrived.statusCode(), new VendorHeaders(headers));
        }

        /** HTTP/2 always frames its bodies. */
        private static boolean endsWithConnection(HttpClientResponse response) {
            return response.version() != HttpVersion.HTTP_2
                    && !response.headers().contains("content-length")
                    && !response.headers().contains("transfer-encoding");
        }

        private void bytes(Buffer buffer) {
            if (!over) {
                listener.bytes(ByteBuffer.wrap(buffer.getBytes()));
            }
        }

        private void end() {
            if (!over) {
                over = true;
                listener.end();
            }
        }

        private void broken(Throwable cause) {
            if (!over) {
                over = true;
                listener.failed(new Broken(words(cause)));
            }
        }

        void notAllowed(URI origin) {
            if (!over) {
                over = true;
                listener.failed(new NotAllowed("the vendor refers to a host that is not allowed: " + origin.getHost()));
            }
        }

        /** An authorizer failed by a mistake of ours. */
        void notAuthorized(Throwable cause) {
            denied(new NoCredential(
                    "the credential could not be used: " + cause.getClass().getSimpleName(), false));
        }

        void denied(NoCredential failure) {
            if (!over) {
                over = true;
                listener.failed(failure);
            }
        }

        void notConnected(Throwable cause) {
            if (!over) {
                over = true;
                listener.failed(new NotConnected(words(cause)));
            }
        }

        /** The kind of failure only: messages of the network stack hold addresses. */
        private static String words(Throwable cause) {
            return "network failure " + cause.getClass().getSimpleName();
        }

        @Override
        public void pause() {
            paused = true;
            if (response != null && !over) {
                response.pause();
            }
        }

        @Override
        public void resume() {
            paused = false;
            if (response != null && !over) {
                response.resume();
            }
        }

        @Override
        public void abort() {
            if (!over) {
                over = true;
                if (request != null) {
                    reset(request);
                }
            }
        }

        private static void reset(HttpClientRequest request) {
            request.reset(HTTP2_CANCEL);
        }

        private static byte[] bytes(ByteBuffer body) {
            var bytes = new byte[body.remaining()];
            body.get(bytes);
            return bytes;
        }

        private static Map<String, String> map(MultiMap headers) {
            var map = new HashMap<String, String>();
            headers.forEach(header -> map.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
            return map;
        }
    }
}
