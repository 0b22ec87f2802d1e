/**
 * How the command line reaches a running Millrace: its endpoints file and its HTTP interface. No printing and no options here.
 */
@NullMarked
package dev.millrace.ops.client;

import org.jspecify.annotations.NullMarked;
