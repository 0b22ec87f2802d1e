package dev.millrace.ops.broker;

import java.util.regex.Pattern;

/**
 * A further listener of a broker whose clients are sent to another port than the one it is bound to: that of a proxy in between.
 *
 * @param name capitals, digits and underscores
 * @param port loopback port that the broker binds
 * @param advertisedPort loopback port that clients are told
 */
public record AdvertisedListener(String name, int port, int advertisedPort) {
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]{0,31}");

    public AdvertisedListener {
        if (!NAME.matcher(name).matches()
                || name.equals(BrokerSettings.CLIENT_LISTENER)
                || name.equals(BrokerSettings.CONTROLLER_LISTENER)) {
            throw new IllegalArgumentException("listener: no such name can be had: '" + name + "'");
        }
        if (port < 1 || port > 65_535 || advertisedPort < 1 || advertisedPort > 65_535) {
            throw new IllegalArgumentException("listener " + name + ": ports must be 1..65535");
        }
    }

    /**
     * Reads {@code NAME:PORT:ADVERTISED_PORT}.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public static AdvertisedListener of(String text) {
        var parts = text.split(":", -1);
        if (parts.length != 3 || !parts[1].matches("[0-9]{1,5}") || !parts[2].matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("listener: must be NAME:PORT:ADVERTISED_PORT, got '" + text + "'");
        }
        return new AdvertisedListener(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }
}
