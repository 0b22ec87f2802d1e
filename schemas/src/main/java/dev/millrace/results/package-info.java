/**
 * Reading one job's records back from the results log. No delivery to clients here.
 */
@NullMarked
package dev.millrace.results;

import org.jspecify.annotations.NullMarked;
