package dev.millrace.egress.log;

import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** The feeds that have something to deliver after one poll: one hop per event loop, however many of them there are. */
final class Turns {
    private final IdentityHashMap<Context, List<JobFeed>> byLoop = new IdentityHashMap<>();

    /** Notes the feed when {@code due}. */
    void add(JobFeed feed, boolean due) {
        if (due) {
            byLoop.computeIfAbsent(root(feed), _ -> new ArrayList<>()).add(feed);
        }
    }

    /** Hops to each event loop and lets its feeds deliver, each on its own context. */
    void run() {
        byLoop.forEach((loop, feeds) -> loop.runOnContext(_ -> {
            for (var feed : feeds) {
                ((ContextInternal) feed.order().context()).dispatch(feed::takeTurn);
            }
        }));
    }

    /** Each HTTP request has a context of its own that shares the one of its connection's event loop. */
    private static Context root(JobFeed feed) {
        return ((ContextInternal) feed.order().context()).unwrap();
    }
}
