/**
 * The arms: what is measured beside each other, each in processes of its own, and how those processes are started, looked at and ended.
 * No load and no figures here.
 */
@NullMarked
package dev.millrace.ops.bench.arm;

import org.jspecify.annotations.NullMarked;
