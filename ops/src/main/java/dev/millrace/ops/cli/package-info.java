/**
 * The command line: one class per command, each reads its options, calls what does the work and prints. Data goes to stdout, the rest
 * to stderr. Exit codes: 0 fine, 1 the work says no, 2 usage, 3 infrastructure. No rule of the product lives here.
 */
@NullMarked
package dev.millrace.ops.cli;

import org.jspecify.annotations.NullMarked;
