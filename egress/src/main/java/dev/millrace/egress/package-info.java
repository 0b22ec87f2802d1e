/**
 * Delivery of results: {@link dev.millrace.egress.Egress} assembles what the packages below hold. No rule about a job lives here.
 */
@NullMarked
package dev.millrace.egress;

import org.jspecify.annotations.NullMarked;
