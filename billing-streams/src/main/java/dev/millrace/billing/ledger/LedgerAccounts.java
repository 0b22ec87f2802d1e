package dev.millrace.billing.ledger;

/** Names of the accounts on the ledger's lines. */
public final class LedgerAccounts {
    /** What tenants pay goes here. */
    public static final String REVENUE = "operator:revenue";

    /** Vendor work that no tenant pays for. */
    public static final String LOSS = "operator:loss";

    /** What the operator owes vendors for it. */
    public static final String VENDORS = "operator:vendors";

    private LedgerAccounts() {}

    /** The ledger account of a tenant. */
    public static String tenant(String account) {
        return "account:" + account;
    }
}
