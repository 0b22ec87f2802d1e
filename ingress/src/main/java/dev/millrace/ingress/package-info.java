/**
 * The HTTP front door. What lives here: the server, its routes, the dialects that requests come in, and publishing them. What must
 * not: deciding about a job (the router's), writing results (the workers'), reading the log (egress).
 */
@NullMarked
package dev.millrace.ingress;

import org.jspecify.annotations.NullMarked;
