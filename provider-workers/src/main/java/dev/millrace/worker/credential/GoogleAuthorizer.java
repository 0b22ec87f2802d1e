package dev.millrace.worker.credential;

import com.google.api.client.http.HttpResponseException;
import com.google.auth.Credentials;
import com.google.auth.RequestMetadataCallback;
import com.google.auth.Retryable;
import com.google.auth.oauth2.GoogleCredentials;
import dev.millrace.worker.credential.Authorization.Denied;
import dev.millrace.worker.credential.Authorization.Granted;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Google's OAuth access tokens, from the file of a service account or of a person's application-default login.
 *
 * <p>A token is fetched with the first request and kept; shortly before it expires the next request starts a fetch in the background and
 * goes out with the old one. Fetching happens on a virtual thread, once however many requests wait for it.
 *
 * @see <a href="https://developers.google.com/identity/protocols/oauth2/service-account">Google, OAuth 2.0 for service accounts</a>
 */
public final class GoogleAuthorizer implements RequestAuthorizer {
    private static final Logger LOG = LoggerFactory.getLogger(GoogleAuthorizer.class);
    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

    private final Credentials credentials;
    private final ExecutorService fetching = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("google-token-", 0).factory());

    GoogleAuthorizer(Credentials credentials) {
        this.credentials = credentials;
    }

    /**
     * Reads a credential file.
     *
     * @throws IllegalArgumentException naming {@code setting} when the file cannot be read as one
     */
    public static GoogleAuthorizer ofFile(String setting, Path file) {
        try (var in = Files.newInputStream(file)) {
            // One layer retries, and it is not this one.
            var credentials = GoogleCredentials.fromStream(in)
                    .createScoped(List.of(SCOPE))
                    .createWithCustomRetryStrategy(false);
            return new GoogleAuthorizer(credentials);
        } catch (IOException | RuntimeException e) {
            // The cause is not kept: it may quote the file.
            throw new IllegalArgumentException(
                    setting + ": " + file + " is not a readable Google credential file (service account or user)");
        }
    }

    @Override
    public Future<Authorization> authorize(Context context, RequestOptions request, ByteBuffer body) {
        Promise<Authorization> promise = Promise.promise();
        credentials.getRequestMetadata(
                URI.create("https://" + request.getHost()), fetching, new RequestMetadataCallback() {
                    @Override
                    public void onSuccess(Map<String, List<String>> metadata) {
                        context.runOnContext(_ -> {
                            metadata.forEach((name, values) -> values.forEach(value -> request.putHeader(name, value)));
                            promise.complete(new Granted(request));
                        });
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        var denied = denied(failure);
                        LOG.atWarn().addKeyValue("reason", denied.reason()).log("No Google access token");
                        context.runOnContext(_ -> promise.complete(denied));
                    }
                });
        return promise.future();
    }

    /** Our own words: the library's quote what was sent. */
    private static Denied denied(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpResponseException answer) {
                int status = answer.getStatusCode();
                boolean retryable = status >= 500 || status == 429 || status == 408;
                return new Denied("Google's token endpoint refused the credential with status " + status, retryable);
            }
        }
        boolean retryable =
                failure instanceof IOException && (!(failure instanceof Retryable known) || known.isRetryable());
        return new Denied("Google's token endpoint gave no access token", retryable);
    }

    @Override
    public void close() {
        fetching.shutdownNow();
    }
}
