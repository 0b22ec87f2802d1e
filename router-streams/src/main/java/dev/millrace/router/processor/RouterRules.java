package dev.millrace.router.processor;

import dev.millrace.avro.AccountRecord;
import dev.millrace.router.admission.Admission;
import dev.millrace.router.course.DeadlinePolicy;
import dev.millrace.router.course.RetryPolicy;
import dev.millrace.router.window.WindowPolicy;
import dev.millrace.serde.AvroCodec;

/**
 * What all processors of the router share. Immutable but for the budgets and alarms, and thread-safe.
 *
 * @param defaultPool whose workers write the ends of jobs that have no plan
 * @param commitPerBatch whether each record asks for a commit
 * @param alarms for due times
 */
public record RouterRules(
        Admission admission,
        RetryPolicy retry,
        RetryBudgets budgets,
        DeadlinePolicy deadlines,
        WindowPolicy windows,
        AvroCodec<AccountRecord> accounts,
        String defaultPool,
        boolean commitPerBatch,
        Alarms alarms) {}
