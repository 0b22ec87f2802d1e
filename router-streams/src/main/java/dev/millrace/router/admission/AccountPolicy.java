package dev.millrace.router.admission;

import dev.millrace.avro.AccountRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the administration says about an account.
 *
 * @param maxOutstanding per lane; null: the router's default
 */
public record AccountPolicy(boolean suspended, @Nullable Integer maxOutstanding) {
    /** Of an account that has no record. */
    public static final AccountPolicy DEFAULTS = new AccountPolicy(false, null);

    public static AccountPolicy of(AccountRecord account) {
        return new AccountPolicy(account.getSuspended(), account.getMaxOutstanding());
    }
}
