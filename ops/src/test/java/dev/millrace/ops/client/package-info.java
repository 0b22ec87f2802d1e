/** Tests of the client side of the HTTP interface and of the endpoints file. */
@NullMarked
package dev.millrace.ops.client;

import org.jspecify.annotations.NullMarked;
