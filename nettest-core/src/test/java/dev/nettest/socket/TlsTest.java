package dev.nettest.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.testing.Background;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's TLS on sockets of a network and, with the same expectations, on real loopback. */
class TlsTest {

    /** The sockets under TLS, and the factories that create them. */
    enum Wire {
        LOOPBACK,
        NETWORK,
        NETWORK_CONNECTED_LATER
    }

    private static final TestTls TLS = TestTls.selfSigned("server.test", "localhost", "127.0.0.1");
    private final Network network = Network.create();
    private ServerSocket server;

    @AfterEach
    void close() throws IOException {
        if (server != null) {
            server.close();
        }
        network.close();
    }

    @ParameterizedTest
    @CsvSource({
        "LOOPBACK, TLSv1.3",
        "LOOPBACK, TLSv1.2",
        "NETWORK, TLSv1.3",
        "NETWORK, TLSv1.2",
        "NETWORK_CONNECTED_LATER, TLSv1.3",
        "NETWORK_CONNECTED_LATER, TLSv1.2"
    })
    void transfersBytesBothWays(Wire wire, String protocol) throws Exception {
        listen(wire, TLS);
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        Background<?> echo = Background.run(() -> {
            try (Socket accepted = server.accept()) {
                accepted.getOutputStream().write(accepted.getInputStream().readNBytes(bytes.length));
            }
        });
        try (SSLSocket client = connect(wire, TLS)) {
            client.setEnabledProtocols(new String[] {protocol});
            Background<?> writer = Background.run(() -> client.getOutputStream().write(bytes));
            assertThat(client.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
            assertThat(client.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            writer.result();
        }
        echo.result();
    }

    @ParameterizedTest
    @EnumSource
    void clientsAuthenticate(Wire wire) throws Exception {
        listen(wire, TLS.withClientAuthentication());
        Background<String> peer = Background.call(() -> {
            try (SSLSocket accepted = (SSLSocket) server.accept()) {
                accepted.startHandshake();
                accepted.getOutputStream().write(1);
                return accepted.getSession().getPeerPrincipal().getName();
            }
        });
        try (SSLSocket client = connect(wire, TLS)) {
            assertThat(client.getInputStream().read()).isEqualTo(1);
        }
        assertThat(peer.result()).isEqualTo("CN=client");
    }

    @ParameterizedTest
    @EnumSource
    void aClientWithoutCertificateIsRefused(Wire wire) throws Exception {
        listen(wire, TLS.withClientAuthentication());
        Background<?> refusal = Background.call(() -> {
            try (SSLSocket accepted = (SSLSocket) server.accept()) {
                accepted.startHandshake();
                return null;
            }
        });
        SSLContext anonymous = SSLContext.getInstance("TLS");
        anonymous.init(null, new TrustManager[] {TLS.trustManager()}, new SecureRandom());
        try (Socket plain = connect(wire);
                Socket client = anonymous.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true)) {
            assertThat(outcome(() -> client.getInputStream().read()))
                    .contains("SSLHandshakeException")
                    .contains("alert");
        }
        assertThat(refusal.failure())
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("Empty client certificate chain");
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownCertificateIsNotTrusted(Wire wire) throws Exception {
        listen(wire, TestTls.selfSigned("localhost"));
        Background<?> peer = Background.call(() -> {
            try (SSLSocket accepted = (SSLSocket) server.accept()) {
                accepted.startHandshake();
                return accepted.getInputStream().read();
            }
        });
        try (SSLSocket client = connect(wire, TLS)) {
            assertThat(outcome(client::startHandshake))
                    .startsWith("javax.net.ssl.SSLHandshakeException: ")
                    .contains("PKIX path"); // newer JDKs prepend the alert
        }
        assertThat(peer.failure()).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @EnumSource
    void namesAreChecked(Wire wire) throws Exception {
        TestTls another = TestTls.selfSigned("another.test");
        listen(wire, another);
        Background<?> peer = Background.call(() -> {
            try (SSLSocket accepted = (SSLSocket) server.accept()) {
                return accepted.getInputStream().read();
            }
        });
        try (SSLSocket client = connect(wire, another)) {
            SSLParameters parameters = client.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            client.setSSLParameters(parameters);
            assertThat(outcome(client::startHandshake))
                    .startsWith("javax.net.ssl.SSLHandshakeException: ")
                    .endsWith("No subject alternative DNS name matching localhost found.");
        }
        assertThat(peer.failure()).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({"LOOPBACK, TLSv1.3", "LOOPBACK, TLSv1.2", "NETWORK, TLSv1.3", "NETWORK, TLSv1.2"})
    void sessionsAreResumed(Wire wire, String protocol) throws Exception {
        listen(wire, TLS);
        Background<?> peer = Background.run(() -> {
            for (int i = 0; i < 2; i++) {
                try (Socket accepted = server.accept()) {
                    accepted.getOutputStream().write(accepted.getInputStream().read());
                }
            }
        });
        long first = sessionCreated(wire, protocol);
        assertThat(sessionCreated(wire, protocol)).isEqualTo(first);
        peer.result();
    }

    private long sessionCreated(Wire wire, String protocol) throws Exception {
        try (SSLSocket client = connect(wire, TLS)) {
            client.setEnabledProtocols(new String[] {protocol});
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
            assertThat(client.getInputStream().read()).isEqualTo(-1); // the session ticket of TLS 1.3 came before
            SSLSession session = client.getSession();
            return session.getCreationTime();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetAfterTheHandshake(Wire wire) throws Exception {
        listenPlain(wire);
        Background<?> peer = Background.run(() -> {
            Socket plain = server.accept();
            SSLSocket secure =
                    (SSLSocket) TLS.serverContext().getSocketFactory().createSocket(plain, null, true);
            secure.getOutputStream().write(secure.getInputStream().read());
            secure.getInputStream().read(); // otherwise the reset overtakes the bytes that Nagle's algorithm delays
            plain.setSoLinger(true, 0);
            plain.close();
        });
        try (SSLSocket client = connect(wire, TLS)) {
            client.getOutputStream().write(5);
            assertThat(client.getInputStream().read()).isEqualTo(5);
            client.getOutputStream().write(6);
            peer.result();
            assertThat(outcome(() -> client.getInputStream().read()))
                    .isEqualTo("java.net.SocketException: Connection reset");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTruncatedClose(Wire wire) throws Exception {
        listenPlain(wire);
        Background<?> peer = Background.run(() -> {
            Socket plain = server.accept();
            SSLSocket secure =
                    (SSLSocket) TLS.serverContext().getSocketFactory().createSocket(plain, null, true);
            secure.getOutputStream().write(secure.getInputStream().read());
            plain.close(); // FIN, without close_notify
        });
        try (SSLSocket client = connect(wire, TLS)) {
            client.getOutputStream().write(5);
            assertThat(client.getInputStream().read()).isEqualTo(5);
            peer.result();
            assertThat(client.getInputStream().read()).isEqualTo(-1); // the JDK treats that as the end of the stream
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHandshakeEndedByAReset(Wire wire) throws Exception {
        listenPlain(wire);
        Background<?> peer = Background.run(() -> {
            try (Socket plain = server.accept()) {
                plain.getInputStream().readNBytes(100);
                while (plain.getInputStream().available() > 0) {
                    plain.getInputStream().read();
                }
            }
        });
        try (SSLSocket client = connect(wire, TLS)) {
            assertThat(outcome(client::startHandshake))
                    .isEqualTo("javax.net.ssl.SSLHandshakeException: Remote host terminated the handshake");
        }
        peer.result();
    }

    @ParameterizedTest
    @EnumSource
    void aHandshakeThatTakesTooLong(Wire wire) throws Exception {
        listenPlain(wire);
        try (SSLSocket client = connect(wire, TLS)) {
            client.setSoTimeout(20);
            assertThat(outcome(client::startHandshake)).isEqualTo("java.net.SocketTimeoutException: Read timed out");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void aFaultCutsTheHandshake(int bytes) throws Exception {
        listen(Wire.NETWORK, TLS);
        Listener listener = network.awaitListening("localhost:" + server.getLocalPort());
        FaultHandle fault = listener.faults().read(Fault.reset().afterBytes(bytes));
        Background<?> accepting = Background.run(() -> {
            for (int i = 0; i < 2; i++) {
                try (SSLSocket accepted = (SSLSocket) server.accept()) {
                    accepted.getOutputStream().write(accepted.getInputStream().read());
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("Connection reset");
                }
            }
        });
        try (SSLSocket client = connect(Wire.NETWORK, TLS)) {
            assertThat(outcome(() -> {
                        client.getOutputStream().write(8);
                        return client.getInputStream().read();
                    }))
                    .isEqualTo("java.net.SocketException: Connection reset");
        }
        fault.close();
        try (SSLSocket client = connect(Wire.NETWORK, TLS)) {
            client.getOutputStream().write(9);
            assertThat(client.getInputStream().read()).isEqualTo(9);
        }
        accepting.result();
    }

    @Test
    void certificateNamesAreHostsOrAddresses() {
        assertThatThrownBy(() -> TestTls.selfSigned("good.test", "no good"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("neither a host name nor an IP address: no good");
        for (String name : new String[] {"300.1.1.1", "10.0.0.256", "fd00::x", "", ".test", "a b.test"}) {
            assertThatThrownBy(() -> TestTls.selfSigned("good.test", name))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("neither a host name nor an IP address: " + name);
        }
        TestTls.selfSigned("*.good.test", "a-b_c.test", "10.0.0.255", "fd00::1", "1.2.3.4.test");
    }

    @Test
    void certificatesNeedNothingButTheJdk() throws Exception {
        URL classes = TestTls.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Method selfSigned = loader.loadClass(TestTls.class.getName()).getMethod("selfSigned", String[].class);

            Object made = selfSigned.invoke(null, (Object) new String[] {"api.test"});

            assertThat(made.getClass()).isNotSameAs(TestTls.class);
        }
    }

    /** The JDK's factory throws only in states that a network never has. */
    @Test
    void aSocketWithoutTlsIsClosed() throws Exception {
        Listener listener = network.listen();
        SSLSocketFactory clients = new TlsSocketFactory(NetworkSockets.socketFactory(network), new FailingLayer());
        InetAddress localhost = InetAddress.getLoopbackAddress();
        int port = listener.port();

        for (Action connect : List.<Action>of(
                () -> clients.createSocket("localhost", port),
                () -> clients.createSocket(localhost, port),
                () -> clients.createSocket("localhost", port, localhost, 0),
                () -> clients.createSocket(localhost, port, localhost, 0),
                () -> clients.createSocket().connect(new InetSocketAddress(localhost, port)))) {
            assertThat(outcome(connect)).isEqualTo("java.io.IOException: no TLS today");
            assertThat(Text.read(listener.accept())).isEqualTo(Text.END);
        }
    }

    @Test
    void anAcceptedSocketWithoutTlsIsClosed() throws Exception {
        server = new TlsServerSocket(
                network.localhost(), TLS.serverContext().getServerSocketFactory(), new FailingLayer());
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Connection client = network.connect(server.getLocalSocketAddress());

        assertThatThrownBy(server::accept).hasMessage("no TLS today");

        assertThat(Text.read(client)).isEqualTo(Text.END);
    }

    /** Layers no TLS over a connected socket. */
    private static final class FailingLayer extends SSLSocketFactory {
        @Override
        public Socket createSocket() throws IOException {
            return TLS.clientContext().getSocketFactory().createSocket();
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
            throw new IOException("no TLS today");
        }

        @Override
        public Socket createSocket(Socket socket, InputStream consumed, boolean autoClose) throws IOException {
            throw new IOException("no TLS today");
        }

        @Override
        public String[] getDefaultCipherSuites() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }
    }

    // ---- in memory and on loopback

    private void listen(Wire wire, TestTls identity) throws IOException {
        if (wire == Wire.LOOPBACK) {
            SSLServerSocket secure = (SSLServerSocket) identity.serverContext()
                    .getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            secure.setNeedClientAuth(identity.clientsAuthenticate());
            server = secure;
        } else {
            server = identity.serverSocketFactory(network).createServerSocket();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }
    }

    private void listenPlain(Wire wire) throws IOException {
        server = wire == Wire.LOOPBACK
                ? new ServerSocket()
                : NetworkSockets.serverSocketFactory(network).createServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private SSLSocket connect(Wire wire, TestTls identity) throws IOException {
        return switch (wire) {
            case LOOPBACK ->
                (SSLSocket)
                        identity.clientContext().getSocketFactory().createSocket("localhost", server.getLocalPort());
            case NETWORK ->
                (SSLSocket) identity.socketFactory(network).createSocket("localhost", server.getLocalPort());
            case NETWORK_CONNECTED_LATER -> {
                SSLSocket socket = (SSLSocket) identity.socketFactory(network).createSocket();
                socket.connect(InetSocketAddress.createUnresolved("localhost", server.getLocalPort()));
                yield socket;
            }
        };
    }

    private Socket connect(Wire wire) throws IOException {
        return wire == Wire.LOOPBACK
                ? new Socket("localhost", server.getLocalPort())
                : NetworkSockets.socketFactory(network).createSocket("localhost", server.getLocalPort());
    }

    @FunctionalInterface
    private interface Call {
        Object call() throws Exception;
    }

    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    private static String outcome(Action action) {
        return outcome((Call) () -> {
            action.run();
            return "done";
        });
    }

    private static String outcome(Call call) {
        try {
            return String.valueOf(call.call());
        } catch (Exception e) {
            return e.toString();
        }
    }
}
