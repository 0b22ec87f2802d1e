package dev.millrace.router.processor;

import dev.millrace.avro.JobCommand;
import dev.millrace.avro.JobControl;
import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;
import dev.millrace.router.admission.JobKey;

/** Stops a job that waits; makes sure that one which runs is not tried again. */
public final class CancelJob extends JobProcessor<JobControl> {
    public CancelJob(RouterRules rules) {
        super(rules);
    }

    @Override
    void process(Workplace work, JobControl control) {
        boolean named = AccountId.isValid(control.getAccount()) && JobId.isValid(control.getJobId());
        if (!named || control.getCommand() != JobCommand.CANCEL) {
            return;
        }
        var key = new JobKey(new AccountId(control.getAccount()), new JobId(control.getJobId()));
        var job = work.jobs().find(key);
        if (job != null) {
            work.casebook().cancel(job);
        } else {
            work.parkCancel(key);
        }
    }
}
