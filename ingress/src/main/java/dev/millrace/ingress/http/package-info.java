/**
 * HTTP: connections, bodies, headers and the routes. Handlers are thin: read, ask, publish, hand over. No dialect is parsed here and
 * no answer of a model is written here (egress does).
 */
@NullMarked
package dev.millrace.ingress.http;

import org.jspecify.annotations.NullMarked;
