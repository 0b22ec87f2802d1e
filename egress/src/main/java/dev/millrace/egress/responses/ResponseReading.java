package dev.millrace.egress.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.JobLog;
import dev.millrace.egress.log.JobUnavailable;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** Reads responses back from the log, whichever process made them. Thread-safe; futures complete on the caller's context. */
public final class ResponseReading {
    private final Vertx vertx;
    private final JobLog log;

    public ResponseReading(Vertx vertx, JobLog log) {
        this.vertx = vertx;
        this.log = log;
    }

    /** A response that is over: what was asked, and what came of it. */
    public record Earlier(InferenceRequest request, ChatInput input, ArrayNode output) {}

    /** What the request said about its answer; fails with {@link JobUnavailable}, also where the job is no conversation. */
    Future<ResponsesOptions> options(JobId job, AccountId account) {
        return log.request(job, account).map(ResponseReading::options);
    }

    private static ResponsesOptions options(InferenceRequest request) {
        return new ResponsesOptions(
                request.getModel(),
                ResponseEcho.of(chat(request), request.getMetadata()),
                request.getDelivery().getAcceptRestart());
    }

    private static ChatInput chat(InferenceRequest request) {
        if (request.getInput() instanceof ChatInput chat) {
            return chat;
        }
        throw new JobUnavailable(ErrorCode.JOB_NOT_FOUND, "the job is no conversation, so there is no response of it");
    }

    /** The response as far as it has come; fails with {@link JobUnavailable}. */
    public Future<ObjectNode> now(JobId job, AccountId account) {
        return options(job, account)
                .compose(options -> log.snapshot(job, account).compose(snapshot -> {
                    var whole = new WholeResponse(job, options);
                    return snapshot.events() == 0
                            ? Future.succeededFuture(whole.now("queued"))
                            : collect(job, account, whole, snapshot.events() - 1)
                                    .map(_ -> object(whole));
                }));
    }

    private static ObjectNode object(WholeResponse whole) {
        var error = whole.tooLarge();
        if (error != null) {
            throw new JobUnavailable(ErrorCode.RESULT_TOO_LARGE, error.getMessage());
        }
        return whole.now("in_progress");
    }

    /** As {@link #now}, once the job has ended or {@code millis} have passed. */
    public Future<ObjectNode> settled(JobId job, AccountId account, long millis) {
        Promise<Void> over = Promise.promise();
        var subscription = log.resume(job, account, -1, event -> {
            if (event instanceof JobEvent.Ended || event instanceof JobEvent.Lost) {
                over.tryComplete();
            }
        });
        long timer = vertx.setTimer(millis, _ -> over.tryComplete());
        return over.future().compose(_ -> {
            vertx.cancelTimer(timer);
            subscription.cancel();
            return now(job, account);
        });
    }

    /** A response to go on from; fails with {@link JobUnavailable} also while it has not ended. */
    public Future<Earlier> earlier(JobId job, AccountId account) {
        return log.request(job, account).compose(request -> {
            var input = chat(request);
            var whole = new WholeResponse(job, options(request));
            return log.snapshot(job, account).compose(snapshot -> {
                if (snapshot.terminal() == null) {
                    return Future.failedFuture(new JobUnavailable(
                            ErrorCode.INVALID_REQUEST, "the response has not ended yet; wait for its end"));
                }
                return collect(job, account, whole, Math.max(0, snapshot.events() - 1))
                        .map(_ -> new Earlier(request, input, whole.output()));
            });
        });
    }

    /** Feeds {@code whole} with the events up to and with {@code last}. */
    private Future<Void> collect(JobId job, AccountId account, WholeResponse whole, long last) {
        Promise<Void> read = Promise.promise();
        var subscription = log.resume(job, account, -1, event -> {
            if (read.future().isComplete()) {
                return;
            }
            switch (event) {
                case JobEvent.Chunk(var index, var record, var restarted) -> {
                    whole.take(record, restarted);
                    if (index >= last) {
                        read.tryComplete();
                    }
                }
                case JobEvent.Ended(var _, var record, var restarted) -> {
                    whole.take(record, restarted);
                    read.tryComplete();
                }
                case JobEvent.Lost(var code, var message) -> read.tryFail(new JobUnavailable(code, message));
                case JobEvent.Answered _ -> {}
            }
        });
        return read.future().onComplete(_ -> subscription.cancel());
    }
}
