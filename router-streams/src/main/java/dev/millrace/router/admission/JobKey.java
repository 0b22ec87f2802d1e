package dev.millrace.router.admission;

import dev.millrace.job.AccountId;
import dev.millrace.job.JobId;

/** A job of an account. Two accounts may choose the same job id; they are different jobs. */
public record JobKey(AccountId account, JobId job) {
    /** Text that sorts by account. Neither part may hold a slash. */
    public String text() {
        return account.value() + '/' + job.value();
    }

    /** The key in {@code text}, which {@link #text()} made. */
    public static JobKey parse(String text) {
        int slash = text.indexOf('/');
        return new JobKey(new AccountId(text.substring(0, slash)), new JobId(text.substring(slash + 1)));
    }

    @Override
    public String toString() {
        return text();
    }
}
