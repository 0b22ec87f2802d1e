package dev.millrace.ingress.http;

import dev.millrace.avro.Verdict;
import dev.millrace.egress.log.JobEvent;
import dev.millrace.egress.log.JobLog;
import dev.millrace.egress.log.Subscription;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;

/** Waits for the router's answer to a submit with an idempotency key. */
final class Verdicts {
    private final Vertx vertx;
    private final JobLog log;
    private final Duration timeout;

    Verdicts(Vertx vertx, JobLog log, Duration timeout) {
        this.vertx = vertx;
        this.log = log;
        this.timeout = timeout;
    }

    /** One wait. Open it before the request is published. */
    final class Wait {
        private final Promise<Optional<Verdict>> verdict = Promise.promise();
        private final Subscription subscription;
        private final long timer;

        private Wait(JobId job, AccountId account) {
            subscription = log.open(job, account, this::onEvent);
            timer = vertx.setTimer(timeout.toMillis(), late -> verdict.tryComplete(Optional.empty()));
        }

        /** The verdict; empty when none came in time. Never fails. */
        Future<Optional<Verdict>> verdict() {
            return verdict.future().onComplete(answered -> cancel());
        }

        void cancel() {
            vertx.cancelTimer(timer);
            subscription.cancel();
        }

        private void onEvent(JobEvent event) {
            switch (event) {
                case JobEvent.Answered(var answer) -> verdict.tryComplete(Optional.of(answer));
                case JobEvent.Lost _ -> verdict.tryComplete(Optional.empty());
                case JobEvent.Chunk _, JobEvent.Ended _ -> {}
            }
        }
    }

    Wait open(JobId job, AccountId account) {
        return new Wait(job, account);
    }
}
