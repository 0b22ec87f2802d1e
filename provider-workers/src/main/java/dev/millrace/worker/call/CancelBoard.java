package dev.millrace.worker.call;

import java.util.LinkedHashMap;
import java.util.Map;

/** Which jobs were cancelled lately. Remembers a bounded number, the newest. Thread-safe. */
public final class CancelBoard {
    private final Map<String, String> accountByJob;

    public CancelBoard(int maxJobs) {
        this.accountByJob = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                return size() > maxJobs;
            }
        };
    }

    public synchronized void add(String jobId, String account) {
        accountByJob.put(jobId, account);
    }

    /** Whether {@code account} itself has cancelled the job; another account's order means nothing. */
    public synchronized boolean isCancelled(String jobId, String account) {
        return account.equals(accountByJob.get(jobId));
    }
}
