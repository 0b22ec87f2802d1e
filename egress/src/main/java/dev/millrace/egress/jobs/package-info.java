/**
 * The native reading routes: jobs, their events, credits. No Kafka here, and no dialect of a vendor.
 */
@NullMarked
package dev.millrace.egress.jobs;

import org.jspecify.annotations.NullMarked;
