/** What a fault run showed, as text, JSON and Markdown. */
@NullMarked
package dev.millrace.ops.chaos.report;

import org.jspecify.annotations.NullMarked;
