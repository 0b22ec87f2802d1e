package dev.millrace.ops.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Whether a port can be had, asked before anything heavy starts, so that the answer names the flag. */
final class FreePort {
    private FreePort() {}

    /**
     * Returns when the port is free or 0.
     *
     * @throws StackException naming {@code flag} when another program listens there
     */
    static void require(String host, int port, String flag) {
        if (port == 0) {
            return;
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException e) {
            throw new StackException(
                    "Port " + port + " on " + host + " is taken: stop what listens there, or choose another with "
                            + flag + " (0 takes a free one).",
                    e);
        }
    }
}
