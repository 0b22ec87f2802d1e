/** Tests of the configuration and its documentation. */
@NullMarked
package dev.millrace.ops.config;

import org.jspecify.annotations.NullMarked;
