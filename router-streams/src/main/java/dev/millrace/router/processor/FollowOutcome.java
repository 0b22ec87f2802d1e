package dev.millrace.router.processor;

import dev.millrace.avro.AttemptOutcome;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.router.admission.JobKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what a worker reports about an attempt, and does what follows from it. */
public final class FollowOutcome extends JobProcessor<AttemptOutcome> {
    private static final Logger LOG = LoggerFactory.getLogger(FollowOutcome.class);

    public FollowOutcome(RouterRules rules) {
        super(rules);
    }

    @Override
    void process(Workplace work, AttemptOutcome outcome) {
        boolean named = AccountId.isValid(outcome.getAccount()) && JobId.isValid(outcome.getJobId());
        if (!named || Casebook.isVerdict(outcome)) {
            return;
        }
        var key = new JobKey(new AccountId(outcome.getAccount()), new JobId(outcome.getJobId()));
        var job = work.jobs().find(key);
        if (job != null) {
            work.casebook().follow(job, outcome);
        } else if (!work.park(key, outcome)) {
            LOG.atDebug()
                    .addKeyValue("jobId", key.job())
                    .addKeyValue("account", key.account())
                    .log("too many reports about unknown jobs; one is dropped");
        }
    }
}
