/**
 * The processes of a fault run, the proxies between them, and the hands that hurt them. What a run proves is not known here.
 */
@NullMarked
package dev.millrace.ops.chaos.stage;

import org.jspecify.annotations.NullMarked;
