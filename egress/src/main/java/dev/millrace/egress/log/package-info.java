/**
 * The results log as a reader sees it: live tail, catch-up, job status. Knows Kafka and nothing of HTTP or dialects.
 */
@NullMarked
package dev.millrace.egress.log;

import org.jspecify.annotations.NullMarked;
