package dev.millrace.worker.provider;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Hosts beside its own that a provider's replies may send us to, to fetch what was produced. No credential goes there.
 *
 * @param patterns lower-case host names; {@code *.example.com} is any host below that one
 */
public record AllowedHosts(Set<String> patterns) {
    /** The provider's own host only. */
    public static final AllowedHosts NONE = new AllowedHosts(Set.of());

    /** Name of the quirk in the catalogue that adds hosts, separated by commas. */
    public static final String QUIRK = "download-hosts";

    public AllowedHosts {
        patterns = Set.copyOf(patterns);
    }

    /** The hosts of a list separated by commas, and {@code further} ones. */
    public static AllowedHosts of(String list, String... further) {
        var all = Arrays.stream((list + "," + String.join(",", further)).split(","))
                .map(pattern -> pattern.strip().toLowerCase(Locale.ROOT))
                .filter(pattern -> !pattern.isEmpty())
                .collect(Collectors.toSet());
        return new AllowedHosts(all);
    }

    public boolean allows(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        return patterns.contains(name)
                || patterns.stream()
                        .anyMatch(pattern -> pattern.startsWith("*.") && name.endsWith(pattern.substring(1)));
    }
}
