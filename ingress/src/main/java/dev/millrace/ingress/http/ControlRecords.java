package dev.millrace.ingress.http;

import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.publish.Published;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The records of one control topic as this process knows them, and writing them so that the writer reads its own write.
 *
 * @param <V> value of the topic
 */
final class ControlRecords<V> {
    private static final int LOOK_AGAIN_MILLIS = 10;
    private static final int MAX_LOOKS = 300;
    private static final int RETRY_AFTER_SECONDS = 5;

    private final Vertx vertx;
    private final ControlView<V> view;
    private final Answers answers;

    ControlRecords(Vertx vertx, ControlView<V> view, Answers answers) {
        this.vertx = vertx;
        this.view = view;
        this.answers = answers;
    }

    Optional<V> find(String id) {
        return view.find(id);
    }

    Collection<V> all() {
        return view.all().values();
    }

    /** Runs {@code then} once the write is acknowledged and {@code visible} here, else answers why not. */
    void write(RoutingContext context, String id, Future<Published> write, Predicate<V> visible, Runnable then) {
        var _ = write.onSuccess(published -> {
            if (published instanceof Published.Acknowledged) {
                await(context, id, visible, then, MAX_LOOKS);
            } else {
                answers.retryable(
                        context,
                        ErrorCode.LOG_UNAVAILABLE,
                        "The log did not acknowledge the change; it may have happened or not.",
                        RETRY_AFTER_SECONDS);
            }
        });
    }

    private void await(RoutingContext context, String id, Predicate<V> visible, Runnable then, int looksLeft) {
        if (find(id).filter(visible).isPresent()) {
            then.run();
        } else if (looksLeft == 0) {
            answers.retryable(
                    context,
                    ErrorCode.LOG_UNAVAILABLE,
                    "The change is on the log, but is not known here yet.",
                    RETRY_AFTER_SECONDS);
        } else {
            vertx.setTimer(LOOK_AGAIN_MILLIS, again -> await(context, id, visible, then, looksLeft - 1));
        }
    }
}
