package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The local address of a connection after its end: in use after an active close, free after any other. */
abstract class TimeWaitContract {
    private static final String IN_USE = "Address already in use";

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private ServerSocket server;
    private Socket client;
    private Socket accepted;

    /** A new socket, neither bound nor connected. */
    abstract Socket socket() throws IOException;

    /** A new server socket that is not bound. */
    abstract ServerSocket serverSocket() throws IOException;

    @BeforeEach
    void listen() throws IOException {
        server = serverSocket();
        server.bind(new InetSocketAddress(loopback, 0));
    }

    @AfterEach
    void closeAll() throws IOException {
        for (AutoCloseable each : new AutoCloseable[] {client, accepted, server}) {
            closeQuietly(each);
        }
    }

    private static void closeQuietly(AutoCloseable open) throws IOException {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** Connects from a port of its own, and returns the port. */
    private int connect(boolean reuse) throws IOException {
        client = socket();
        client.setReuseAddress(reuse);
        client.bind(new InetSocketAddress(loopback, 0));
        client.connect(server.getLocalSocketAddress());
        accepted = server.accept();
        return client.getLocalPort();
    }

    private static void close(Socket first, Socket second) throws IOException {
        first.close();
        assertThat(second.getInputStream().read()).isEqualTo(-1);
        second.close();
    }

    private void bind(InetAddress address, int port, boolean reuse) throws IOException {
        try (Socket socket = socket()) {
            socket.setReuseAddress(reuse);
            socket.bind(new InetSocketAddress(address, port));
        }
    }

    private void listen(int port, boolean reuse) throws IOException {
        try (ServerSocket socket = serverSocket()) {
            socket.setReuseAddress(reuse);
            socket.bind(new InetSocketAddress(loopback, port));
        }
    }

    private void assertInUse(int port, boolean reuse) {
        assertThatThrownBy(() -> bind(loopback, port, reuse))
                .isExactlyInstanceOf(BindException.class)
                .hasMessageStartingWith(IN_USE);
    }

    private void assertFree(int port) {
        assertThatCode(() -> bind(loopback, port, false)).doesNotThrowAnyException();
    }

    @Test
    void anActiveCloseOccupiesTheAddress() throws Exception {
        int port = connect(false);
        close(client, accepted);

        assertInUse(port, false);
        assertInUse(port, true);
        assertThatThrownBy(() -> bind(InetAddress.getByName("0.0.0.0"), port, false))
                .hasMessageStartingWith(IN_USE);
        assertThatThrownBy(() -> listen(port, true)).hasMessageStartingWith(IN_USE);
        assertThatThrownBy(() -> listen(port, false)).hasMessageStartingWith(IN_USE);
        assertThatCode(() -> bind(InetAddress.getByName("127.0.0.2"), port, false))
                .doesNotThrowAnyException();
    }

    @Test
    void bothSocketsMustReuseTheAddress() throws Exception {
        int port = connect(true);
        close(client, accepted);

        assertInUse(port, false);
        assertThatThrownBy(() -> listen(port, false)).hasMessageStartingWith(IN_USE);
        assertThatCode(() -> listen(port, true)).doesNotThrowAnyException();
        assertThatCode(() -> bind(loopback, port, true)).doesNotThrowAnyException();
    }

    @Test
    void aPassiveCloseFreesTheAddress() throws Exception {
        int port = connect(false);
        close(accepted, client);

        assertFree(port);
    }

    @Test
    void theAddressIsOccupiedBeforeThePeerCloses() throws Exception {
        int port = connect(false);
        client.close();

        assertInUse(port, false);
    }

    @Test
    void theFirstHalfCloseIsTheActiveOne() throws Exception {
        int port = connect(false);
        client.shutdownOutput();
        assertThat(accepted.getInputStream().read()).isEqualTo(-1);
        close(accepted, client);

        assertInUse(port, false);
    }

    @Test
    void aResetFreesTheAddress() throws Exception {
        int port = connect(false);
        client.setSoLinger(true, 0);
        client.close();

        assertFree(port);
    }

    @Test
    void aCloseWithUnreadBytesFreesTheAddress() throws Exception {
        int port = connect(false);
        accepted.getOutputStream().write(1);
        assertThat(client.getInputStream().available()).isEqualTo(1);
        client.close();

        assertFree(port);
    }

    @Test
    void aResetOfThePeerFreesTheAddress() throws Exception {
        int port = connect(false);
        client.close();
        accepted.setSoLinger(true, 0);
        accepted.close();

        assertFree(port);
    }

    @Test
    void aServerThatClosedFirstCanListenAgain() throws Exception {
        connect(false);
        int port = server.getLocalPort();
        close(accepted, client);
        server.close();

        assertThatThrownBy(() -> listen(port, false)).hasMessageStartingWith(IN_USE);
        assertThatCode(() -> listen(port, true)).doesNotThrowAnyException();
    }

    @Test
    void aServerWithoutTheOptionCannot() throws Exception {
        server.close();
        server = serverSocket();
        server.setReuseAddress(false);
        server.bind(new InetSocketAddress(loopback, 0));
        connect(false);
        int port = server.getLocalPort();
        close(accepted, client);
        server.close();

        assertThatThrownBy(() -> listen(port, true)).hasMessageStartingWith(IN_USE);
    }

    @Test
    void aConnectFromAnEphemeralPortSucceeds() throws Exception {
        connect(false);
        close(client, accepted);

        connect(false);
        assertThat(client.isConnected()).isTrue();
    }
}
