/**
 * Identity of jobs and accounts, and the pure rules that every reader of a job's records shares. No I/O here.
 */
@NullMarked
package dev.millrace.job;

import org.jspecify.annotations.NullMarked;
