/**
 * What every HTTP route shares (error bodies, server-sent events) and the native job routes. No Kafka here.
 */
@NullMarked
package dev.millrace.egress.http;

import org.jspecify.annotations.NullMarked;
