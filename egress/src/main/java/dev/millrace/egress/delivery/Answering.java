package dev.millrace.egress.delivery;

import dev.millrace.avro.Verdict;
import dev.millrace.egress.http.JobHeaders;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.JobLog;
import dev.millrace.egress.log.Subscription;
import dev.millrace.error.ErrorCode;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One answer on its way to one client: who owns the response, which job is followed, and what happens when the client goes. How
 * events look is the {@link AnswerWriter}'s matter. One context, the response's.
 */
final class Answering implements AnswerDelivery.Delivery {
    private final Vertx vertx;
    private final JobLog log;
    private final Duration keepAlive;
    private final AccountId account;
    private final HttpServerResponse response;
    private final AnswerFormats formats;
    private final AnswerDelivery.ClientGone clientGone;
    private final Promise<Void> ended = Promise.promise();
    private @Nullable JobId ownJob;
    private @Nullable Subscription subscription;
    private @Nullable AnswerWriter writer;
    private boolean accepted;
    private boolean gone;
    private boolean over;

    Answering(
            Vertx vertx,
            JobLog log,
            Duration keepAlive,
            AccountId account,
            HttpServerResponse response,
            AnswerFormats formats,
            AnswerDelivery.ClientGone clientGone) {
        this.vertx = vertx;
        this.log = log;
        this.keepAlive = keepAlive;
        this.account = account;
        this.response = response;
        this.formats = formats;
        this.clientGone = clientGone;
        response.closeHandler(_ -> connectionClosed());
        response.exceptionHandler(_ -> connectionClosed());
    }

    /** Subscribes to a job that has no record yet; its events wait until the request is accepted. */
    void follow(JobId job) {
        ownJob = job;
        subscription = log.open(job, account, this::onEvent);
        subscription.pause();
        writer = newWriter(job);
    }

    /** Subscribes to a job from its start. */
    void replay(JobId job) {
        ownJob = null;
        subscription = log.resume(job, account, -1, this::onEvent);
        writer = newWriter(job);
    }

    private AnswerWriter newWriter(JobId job) {
        JobHeaders.put(response, job);
        return switch (formats.of(job)) {
            case StreamFormat format -> new StreamedAnswer(vertx, response, format, keepAlive);
            case WholeFormat format -> new WholeAnswer(response, job, format);
            case BinaryFormat format -> new BinaryAnswer(response, format);
        };
    }

    @Override
    public void accepted() {
        accepted = true;
        if (gone) {
            tellGone();
        } else if (subscription != null && writer != null) {
            writer.begin();
            subscription.resume();
        }
    }

    @Override
    public void withdraw() {
        over = true;
        release();
    }

    @Override
    public Future<Void> ended() {
        return ended.future();
    }

    private void onEvent(JobEvent event) {
        if (over || gone || writer == null || subscription == null) {
            return;
        }
        if (event instanceof JobEvent.Answered(var verdict)) {
            decided(verdict);
        } else if (writer.write(event, subscription)) {
            finish();
        }
    }

    private void decided(Verdict verdict) {
        switch (verdict.getKind()) {
            case ADMITTED, UNKNOWN -> {}
            case DUPLICATE -> {
                var original = verdict.getOriginalJobId();
                if (original != null && JobId.isValid(original)) {
                    release();
                    replay(new JobId(original));
                    accepted();
                } else {
                    refuse(ErrorCode.INTERNAL, "the earlier job of this Idempotency-Key is not known");
                }
            }
            case CONFLICT -> {
                refuse(ErrorCode.IDEMPOTENCY_CONFLICT, "this Idempotency-Key was used with another body");
            }
        }
    }

    private void refuse(ErrorCode code, String message) {
        if (writer != null) {
            writer.fail(code.detail(message));
        }
        finish();
    }

    private void finish() {
        over = true;
        release();
        ended.tryComplete();
    }

    private void connectionClosed() {
        if (over || gone) {
            return;
        }
        gone = true;
        release();
        if (accepted) {
            tellGone();
        }
        ended.tryComplete();
    }

    private void tellGone() {
        if (ownJob != null) {
            clientGone.onClientGone(ownJob);
        }
    }

    private void release() {
        if (subscription != null) {
            subscription.cancel();
        }
        if (writer != null) {
            writer.stop();
        }
    }
}
