/**
 * Providers, models and prices as data: loaded from YAML, validated, immutable. No routing decision here.
 */
@NullMarked
package dev.millrace.catalogue;

import org.jspecify.annotations.NullMarked;
