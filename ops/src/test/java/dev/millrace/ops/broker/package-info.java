/** Tests of the embedded broker through ordinary clients. */
@NullMarked
package dev.millrace.ops.broker;

import org.jspecify.annotations.NullMarked;
