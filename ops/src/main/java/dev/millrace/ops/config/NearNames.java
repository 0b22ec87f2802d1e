package dev.millrace.ops.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Guesses what somebody meant to write. */
final class NearNames {
    private static final int MAX_NAMES = 2;

    private NearNames() {}

    /** Up to two of {@code known} that are spelt like {@code written}, as " (did you mean a or b?)"; empty text when none is. */
    static String hint(String written, Collection<String> known) {
        var distance = new LevenshteinDistance(Math.max(2, written.length() / 4));
        record Near(String name, int distance) {}
        List<String> near = known.stream()
                .map(name -> new Near(name, distance.apply(written, name)))
                .filter(candidate -> candidate.distance() >= 0)
                .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
                .limit(MAX_NAMES)
                .map(Near::name)
                .toList();
        return Optional.of(near)
                .filter(names -> !names.isEmpty())
                .map(names -> " (did you mean " + String.join(" or ", names) + "?)")
                .orElse("");
    }
}
