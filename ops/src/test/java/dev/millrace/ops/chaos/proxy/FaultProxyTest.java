package dev.millrace.ops.chaos.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class FaultProxyTest {
    private static final int SOON_MILLIS = 300;
    private static final int PATIENCE_MILLIS = 10_000;

    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
        proxy = new FaultProxy(0, echo.getLocalPort());
    }

    @AfterEach
    void end() throws IOException {
        proxy.close();
        echo.close();
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                var caller = echo.accept();
                Thread.ofVirtual().start(() -> echo(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void echo(Socket caller) {
        try (caller) {
            caller.getInputStream().transferTo(caller.getOutputStream());
        } catch (IOException broken) {
            // the test is over
        }
    }

    private Socket call() throws IOException {
        var socket = new Socket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()), PATIENCE_MILLIS);
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hear(InputStream in, int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static void assertSilent(Socket socket) throws IOException {
        socket.setSoTimeout(SOON_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    @Test
    void passesBothWaysAndTellsOfTheEnd() throws IOException {
        try (var socket = call()) {
            say(socket, "there and back");
            assertThat(hear(socket.getInputStream(), 14)).isEqualTo("there and back");
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void holdsEverythingBackInABlackHoleAndLosesNothing() throws IOException {
        try (var socket = call()) {
            say(socket, "a");
            assertThat(hear(socket.getInputStream(), 1)).isEqualTo("a");
            proxy.set(Passage.BLACK_HOLE);
            say(socket, "b");
            assertSilent(socket);
            try (var late = call()) {
                say(late, "c");
                assertSilent(late);
                proxy.set(Passage.OPEN);
                assertThat(hear(socket.getInputStream(), 1)).isEqualTo("b");
                assertThat(hear(late.getInputStream(), 1)).isEqualTo("c");
            }
        }
    }

    @Test
    void holdsAnswersBackAlone() throws IOException {
        try (var socket = call()) {
            say(socket, "a");
            assertThat(hear(socket.getInputStream(), 1)).isEqualTo("a");
            proxy.set(Passage.NO_ANSWERS);
            say(socket, "b");
            assertSilent(socket);
            proxy.set(Passage.OPEN);
            assertThat(hear(socket.getInputStream(), 1)).isEqualTo("b");
        }
    }

    @Test
    void holdsRequestsBackAlone() throws IOException {
        try (var socket = call()) {
            proxy.set(Passage.NO_REQUESTS);
            say(socket, "a");
            assertSilent(socket);
            proxy.set(Passage.OPEN);
            assertThat(hear(socket.getInputStream(), 1)).isEqualTo("a");
        }
    }

    @Test
    void resetsWhatStandsAndWhatComes() throws IOException {
        try (var socket = call()) {
            say(socket, "a");
            assertThat(hear(socket.getInputStream(), 1)).isEqualTo("a");
            proxy.set(Passage.RESET);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            try (var late = call()) {
                assertThatThrownBy(() -> late.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            proxy.set(Passage.OPEN);
            try (var again = call()) {
                say(again, "b");
                assertThat(hear(again.getInputStream(), 1)).isEqualTo("b");
            }
        }
    }
}
