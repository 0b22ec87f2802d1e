package dev.millrace.worker.provider;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Hosts beside its own that a provider's replies may send us to, to fetch what was produced. No credential goes there, except to hosts of
 * the vendor's own that are named for it.
 *
 * @param patterns lower-case host names; {@code *.example.com} is any host below that one
 * @param keyHosts lower-case names of hosts that get the credential too, over TLS only; no patterns
 */
public record AllowedHosts(Set<String> patterns, Set<String> keyHosts) {
    /** The provider's own host only. */
    public static final AllowedHosts NONE = new AllowedHosts(Set.of(), Set.of());

    /** Name of the quirk in the catalogue that adds hosts, separated by commas. */
    public static final String QUIRK = "download-hosts";

    public AllowedHosts {
        patterns = Set.copyOf(patterns);
        keyHosts = Set.copyOf(keyHosts);
    }

    /** The same, and the vendor's own further hosts. */
    public AllowedHosts withKeyTo(Set<String> hosts) {
        return new AllowedHosts(patterns, hosts);
    }

    /** Whether the credential may go to that host. */
    public boolean mayHaveKey(String host) {
        return keyHosts.contains(host.toLowerCase(Locale.ROOT));
    }

    /** The hosts of a list separated by commas, and {@code further} ones. */
    public static AllowedHosts of(String list, String... further) {
        var all = Arrays.stream((list + "," + String.join(",", further)).split(","))
                .map(pattern -> pattern.strip().toLowerCase(Locale.ROOT))
                .filter(pattern -> !pattern.isEmpty())
                .collect(Collectors.toSet());
        return new AllowedHosts(all, Set.of());
    }

    public boolean allows(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        return keyHosts.contains(name)
                || patterns.contains(name)
                || patterns.stream()
                        .anyMatch(pattern -> pattern.startsWith("*.") && name.endsWith(pattern.substring(1)));
    }
}
