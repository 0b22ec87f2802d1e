/**
 * The promises a user relies on, proved from outside: official SDKs, plain Kafka clients, real processes, garbage and restarts. Nothing
 * here reaches into a module; what is asserted is what a client, a consumer or an operator can see.
 */
@NullMarked
package dev.millrace.ops.acceptance;

import org.jspecify.annotations.NullMarked;
