/**
 * What every HTTP route shares: error bodies, server-sent events, headers. No routes and no Kafka here.
 */
@NullMarked
package dev.millrace.egress.http;

import org.jspecify.annotations.NullMarked;
