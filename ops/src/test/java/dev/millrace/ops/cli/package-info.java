/** Tests of the commands as a person types them. */
@NullMarked
package dev.millrace.ops.cli;

import org.jspecify.annotations.NullMarked;
