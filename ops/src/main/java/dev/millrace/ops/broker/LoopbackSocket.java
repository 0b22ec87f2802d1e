package dev.millrace.ops.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;

/**
 * A listening socket on 127.0.0.1 that is bound before the broker starts.
 *
 * <p>So the broker can advertise the port that the system chose, and nobody can take it in between. A client that
 * connects early waits in the backlog instead of being refused.
 */
final class LoopbackSocket implements AutoCloseable {
    static final String HOST = "127.0.0.1";

    private static final int BACKLOG = 128;

    private final ServerSocketChannel channel;
    private final int port;

    private LoopbackSocket(ServerSocketChannel channel, int port) {
        this.channel = channel;
        this.port = port;
    }

    /**
     * Binds {@code port}, or a free one for 0.
     *
     * @throws BrokerStartException when another program listens there or the system forbids it
     */
    static LoopbackSocket bind(int port) {
        try {
            var channel = ServerSocketChannel.open();
            try {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), port), BACKLOG);
                return new LoopbackSocket(channel, channel.socket().getLocalPort());
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new BrokerStartException(
                    "Port " + port + " on " + HOST + " cannot be had (" + e.getMessage()
                            + "): stop what listens there, or choose another port (0 for a free one).",
                    e);
        }
    }

    int port() {
        return port;
    }

    InetSocketAddress address() {
        return address(port);
    }

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(HOST), port);
    }

    /** The channel, which from now on is closed by whoever took it. */
    ServerSocketChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
