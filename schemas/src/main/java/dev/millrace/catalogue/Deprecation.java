package dev.millrace.catalogue;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * The vendor gives a model up.
 *
 * @param since day on which its end was announced or came into force; null when not known
 * @param shutdown day from which the vendor refuses it; null when not known
 * @param replacement what the vendor recommends in its place; null when nothing
 */
public record Deprecation(
        @Nullable LocalDate since,
        @Nullable LocalDate shutdown,
        @Nullable String replacement) {}
