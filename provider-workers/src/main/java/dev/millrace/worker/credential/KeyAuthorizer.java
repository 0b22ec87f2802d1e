package dev.millrace.worker.credential;

import dev.millrace.access.Secret;
import dev.millrace.worker.credential.Authorization.Granted;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A fixed key, in a header or in the query; or none. */
public final class KeyAuthorizer implements RequestAuthorizer {
    private enum Place {
        NONE,
        HEADER,
        QUERY
    }

    private final Place place;
    private final String name;
    private final String prefix;
    private final @Nullable Secret key;

    private KeyAuthorizer(Place place, String name, String prefix, @Nullable Secret key) {
        this.place = key == null ? Place.NONE : place;
        this.name = name;
        this.prefix = prefix;
        this.key = key;
    }

    /** Adds nothing. */
    public static KeyAuthorizer none() {
        return new KeyAuthorizer(Place.NONE, "", "", null);
    }

    /** Adds {@code name: <prefix><key>}; nothing without a key. */
    public static KeyAuthorizer header(String name, String prefix, @Nullable Secret key) {
        return new KeyAuthorizer(Place.HEADER, name, prefix, key);
    }

    /** Adds {@code name=<key>} to the query; nothing without a key. */
    public static KeyAuthorizer query(String name, @Nullable Secret key) {
        return new KeyAuthorizer(Place.QUERY, name, "", key);
    }

    @Override
    public Future<Authorization> authorize(Context context, RequestOptions request, ByteBuffer body) {
        if (key != null) {
            switch (place) {
                case NONE -> {}
                case HEADER -> request.putHeader(name, prefix + key.reveal());
                case QUERY -> {
                    var uri = request.getURI();
                    request.setURI(uri + (uri.indexOf('?') < 0 ? "?" : "&") + name + "="
                            + URLEncoder.encode(key.reveal(), StandardCharsets.UTF_8));
                }
            }
        }
        return Future.succeededFuture(new Granted(request));
    }
}
