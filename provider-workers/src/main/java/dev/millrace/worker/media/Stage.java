package dev.millrace.worker.media;

/** What a reply about a job answers. */
public enum Stage {
    /** Input was sent ahead of the job. */
    UPLOADED,
    /** The job was asked for. */
    CREATED,
    /** The job was asked about. */
    POLLED,
    /** What the job came to was fetched. */
    FETCHED
}
