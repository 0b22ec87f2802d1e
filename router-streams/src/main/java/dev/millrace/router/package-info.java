/**
 * The router: one Kafka Streams application that takes every decision about a job. The map of it is {@link
 * dev.millrace.router.RouterTopology}. Rules live in the packages below, and so do the processors that apply them.
 */
@NullMarked
package dev.millrace.router;

import org.jspecify.annotations.NullMarked;
