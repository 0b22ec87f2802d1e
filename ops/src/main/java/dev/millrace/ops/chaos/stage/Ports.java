package dev.millrace.ops.chaos.stage;

import dev.millrace.ops.fleet.FleetException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Gives out loopback ports that are free now, each once. They lie below the range that systems take for outgoing connections, so that a
 * process finds its port free again when it restarts.
 */
final class Ports {
    private static final int FIRST = 18_000;
    private static final int LAST = 31_999;

    private int next = FIRST + (int) (ProcessHandle.current().pid() * 97 % (LAST - FIRST));

    int next() {
        for (int tries = FIRST; tries <= LAST; tries++) {
            int port = next;
            next = next == LAST ? FIRST : next + 1;
            if (free(port)) {
                return port;
            }
        }
        throw new FleetException("no port from " + FIRST + " to " + LAST + " is free");
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
