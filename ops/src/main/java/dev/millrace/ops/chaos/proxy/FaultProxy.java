package dev.millrace.ops.chaos.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Forwards TCP connections from one loopback port to another, and stops doing so when told. Needs no privileges. Thread-safe.
 *
 * <p>A connection is one virtual thread per direction. The target need not be there: a caller is reset while it is not.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int BACKLOG = 256;
    private static final int CONNECT_MILLIS = 2000;
    private static final int BUFFER_BYTES = 32 * 1024;

    private final ServerSocket listener;
    private final int targetPort;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Passage passage = Passage.OPEN;
    private volatile boolean closed;

    /**
     * Listens from now on.
     *
     * @param port 0 takes a free one
     * @throws UncheckedIOException when the port cannot be had
     */
    public FaultProxy(int port, int targetPort) {
        this.targetPort = targetPort;
        try {
            listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(loopback(port), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException("proxy port " + port, e);
        }
        Thread.ofVirtual().name("proxy-" + port()).start(this::accept);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Lets this much through from now on; connections that stand are concerned too. */
    public void set(Passage wanted) {
        lock.lock();
        try {
            passage = wanted;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (wanted == Passage.RESET) {
            links.forEach(Link::reset);
        }
    }

    /** Connections that stand. */
    public int connections() {
        return links.size();
    }

    private void accept() {
        while (!closed) {
            try {
                var caller = listener.accept();
                Thread.ofVirtual().start(() -> connect(caller));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** Waits until the passage allows it; false when the proxy closes before that. */
    private boolean awaitPassage(Predicate<Passage> wanted) {
        lock.lock();
        try {
            while (!closed && !wanted.test(passage)) {
                changed.awaitUninterruptibly();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void connect(Socket caller) {
        var link = new Link(caller);
        links.add(link);
        boolean connected = false;
        try {
            if (passage != Passage.RESET && awaitPassage(p -> p.connects() || p == Passage.RESET)) {
                connected = passage != Passage.RESET && link.connect();
            }
        } finally {
            if (!connected) {
                link.reset();
            }
        }
    }

    /** One connection through the proxy. */
    private final class Link {
        private final Socket caller;
        private final Socket target = new Socket();

        Link(Socket caller) {
            this.caller = caller;
        }

        boolean connect() {
            try {
                caller.setTcpNoDelay(true);
                target.setTcpNoDelay(true);
                target.connect(loopback(targetPort), CONNECT_MILLIS);
            } catch (IOException e) {
                return false;
            }
            Thread.ofVirtual().start(() -> copy(caller, target, Passage::passesRequests));
            Thread.ofVirtual().start(() -> copy(target, caller, Passage::passesAnswers));
            return true;
        }

        private void copy(Socket from, Socket to, Predicate<Passage> passes) {
            var buffer = new byte[BUFFER_BYTES];
            try {
                int length = from.getInputStream().read(buffer);
                while (length >= 0 && awaitPassage(passes)) {
                    to.getOutputStream().write(buffer, 0, length);
                    length = from.getInputStream().read(buffer);
                }
                if (awaitPassage(passes)) {
                    to.shutdownOutput();
                }
                if (from.isOutputShutdown()) {
                    end(0);
                }
            } catch (IOException e) {
                reset();
            }
        }

        /** Breaks both ends. */
        void reset() {
            end(1);
        }

        private void end(int abortive) {
            links.remove(this);
            for (var socket : new Socket[] {caller, target}) {
                try {
                    if (abortive == 1 && !socket.isClosed()) {
                        socket.setSoLinger(true, 0);
                    }
                    socket.close();
                } catch (IOException e) {
                    // it is gone, which was wanted
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        set(Passage.OPEN);
        links.forEach(Link::reset);
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
