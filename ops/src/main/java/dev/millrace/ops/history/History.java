package dev.millrace.ops.history;

import dev.millrace.avro.CreditBalance;
import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.LedgerTransfer;
import java.util.List;
import java.util.Map;

/**
 * Everything that was read afterwards.
 *
 * @param submits every request on the log; empty when they are not to be looked at
 * @param jobs every job with a record on the results topic
 * @param settlements all revisions, in the order of their partitions
 * @param balances the last of each account
 * @param undecodable records about money that cannot be read
 * @param invoice of the vendor; empty when there is none to compare with
 */
public record History(
        List<Submit> submits,
        Map<String, FoldedJob> jobs,
        List<JobSettlement> settlements,
        List<LedgerTransfer> ledger,
        Map<String, CreditBalance> balances,
        List<String> undecodable,
        List<VendorCall> invoice) {
    public History {
        submits = List.copyOf(submits);
        jobs = Map.copyOf(jobs);
        settlements = List.copyOf(settlements);
        ledger = List.copyOf(ledger);
        balances = Map.copyOf(balances);
        undecodable = List.copyOf(undecodable);
        invoice = List.copyOf(invoice);
    }
}
