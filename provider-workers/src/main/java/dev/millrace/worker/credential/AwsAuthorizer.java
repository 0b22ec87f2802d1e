package dev.millrace.worker.credential;

import dev.millrace.access.Secret;
import dev.millrace.worker.credential.Authorization.Granted;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.RequestOptions;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Signs requests with AWS Signature Version 4. The signature covers method, path, query, host, content type, date and the whole body; a
 * large body is hashed away from the event loop.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">AWS, create a signed request</a>
 */
public final class AwsAuthorizer implements RequestAuthorizer {
    /** Up to here hashing takes less time than handing it over. */
    private static final int INLINE_BYTES = 32 * 1024;

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final Keys keys;
    private final String service;
    private final String region;
    private final Clock clock;

    /**
     * An AWS identity.
     *
     * @param sessionToken of temporary keys, else null
     */
    public record Keys(
            String accessKeyId,
            Secret secretAccessKey,
            @Nullable Secret sessionToken) {
        AwsCredentialsIdentity identity() {
            return sessionToken == null
                    ? AwsCredentialsIdentity.create(accessKeyId, secretAccessKey.reveal())
                    : AwsSessionCredentialsIdentity.create(
                            accessKeyId, secretAccessKey.reveal(), sessionToken.reveal());
        }
    }

    public AwsAuthorizer(Keys keys, String service, String region, Clock clock) {
        this.keys = keys;
        this.service = service;
        this.region = region;
        this.clock = clock;
    }

    @Override
    public Future<Authorization> authorize(Context context, RequestOptions request, ByteBuffer body) {
        if (body.remaining() <= INLINE_BYTES) {
            return Future.succeededFuture(sign(request, body));
        }
        return context.executeBlocking(() -> sign(request, body), false);
    }

    private Authorization sign(RequestOptions request, ByteBuffer body) {
        var unsigned = unsigned(request);
        var signed = signer.sign(it -> it.identity(keys.identity())
                .request(unsigned)
                .payload(payload(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock));
        signed.request().forEachHeader((name, values) -> {
            // The client writes the host itself, from the same host and port.
            if (!name.equalsIgnoreCase("host") && !unsigned.headers().containsKey(name)) {
                values.forEach(value -> request.putHeader(name, value));
            }
        });
        return new Granted(request);
    }

    private static SdkHttpFullRequest unsigned(RequestOptions request) {
        var uri = request.getURI();
        int query = uri.indexOf('?');
        var unsigned = SdkHttpFullRequest.builder()
                .method(SdkHttpMethod.fromValue(request.getMethod().name()))
                .protocol(Boolean.TRUE.equals(request.isSsl()) ? "https" : "http")
                .host(request.getHost())
                .port(request.getPort())
                .encodedPath(query < 0 ? uri : uri.substring(0, query));
        if (query >= 0) {
            parameters(uri.substring(query + 1)).forEach(it -> unsigned.appendRawQueryParameter(it.name(), it.value()));
        }
        MultiMap headers = request.getHeaders();
        if (headers != null) {
            headers.forEach(header -> {
                var name = header.getKey().toLowerCase(Locale.ROOT);
                if (name.equals("content-type") || name.startsWith("x-amz")) {
                    unsigned.putHeader(header.getKey(), header.getValue());
                }
            });
        }
        return unsigned.build();
    }

    private record Parameter(String name, String value) {}

    private static List<Parameter> parameters(String query) {
        var parameters = new ArrayList<Parameter>();
        for (var pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            var name = equals < 0 ? pair : pair.substring(0, equals);
            parameters.add(new Parameter(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1))));
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static ContentStreamProvider payload(ByteBuffer body) {
        var bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        return ContentStreamProvider.fromByteArrayUnsafe(bytes);
    }
}
