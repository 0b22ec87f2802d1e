/**
 * Billing: one Kafka Streams application that posts every settlement once. The map of it is {@link
 * dev.millrace.billing.BillingTopology}.
 */
@NullMarked
package dev.millrace.billing;

import org.jspecify.annotations.NullMarked;
