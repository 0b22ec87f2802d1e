package dev.millrace.ingress.http;

import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.ingress.publish.CancelSink;
import dev.millrace.ingress.publish.ControlSink;
import dev.millrace.ingress.publish.Published;
import dev.millrace.ingress.publish.RequestSink;
import dev.millrace.ingress.trace.TraceContext;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The topics that ingress writes, in memory, and the control tables that follow them. */
final class FakeLog implements RequestSink, CancelSink, ControlSink {
    final List<InferenceRequest> requests = new CopyOnWriteArrayList<>();
    final List<TraceContext> traces = new CopyOnWriteArrayList<>();
    final List<String> cancels = new CopyOnWriteArrayList<>();
    final Table<ApiKeyRecord> keys = new Table<>();
    final Table<AccountRecord> accounts = new Table<>();

    /** What writers are told. */
    volatile Future<Published> outcome = Future.succeededFuture(new Published.Acknowledged(0, 0));

    /** Runs when a request arrives, before its acknowledgement. */
    volatile Consumer<InferenceRequest> onRequest = _ -> {};

    /** Runs once a request is acknowledged: the router and the workers. */
    volatile Consumer<InferenceRequest> then = _ -> {};

    static final class Table<V> implements ControlView<V> {
        private final Map<String, V> rows = new ConcurrentHashMap<>();

        @Override
        public Optional<V> find(String id) {
            return Optional.ofNullable(rows.get(id));
        }

        @Override
        public Map<String, V> all() {
            return new HashMap<>(rows);
        }

        void remove(String id) {
            rows.remove(id);
        }

        void put(String id, V value) {
            rows.put(id, value);
        }
    }

    @Override
    public Future<Published> publish(InferenceRequest request, TraceContext trace) {
        onRequest.accept(request);
        requests.add(request);
        traces.add(trace);
        return outcome.onSuccess(published -> {
            if (published instanceof Published.Acknowledged) {
                then.accept(request);
            }
        });
    }

    @Override
    public Future<Published> cancel(JobId job, AccountId account, String reason, TraceContext trace) {
        cancels.add(account + " " + job + " " + reason);
        return outcome;
    }

    @Override
    public Future<Published> put(ApiKeyRecord key) {
        keys.put(key.getKeyId(), key);
        return outcome;
    }

    @Override
    public Future<Published> put(AccountRecord account) {
        accounts.put(account.getAccount(), account);
        return outcome;
    }

    InferenceRequest onlyRequest() {
        if (requests.size() != 1) {
            throw new AssertionError(requests.size() + " requests");
        }
        return requests.getFirst();
    }
}
