package dev.nettest.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets on loopback: the subject of the test. */
class RealSocketGuardTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** The recorder traces methods from here on. */
    private static final boolean TRACES = Runtime.version().feature() >= 25;

    private static final boolean LINUX = OpenSockets.isAvailable();

    private interface Use {
        void run() throws Exception;
    }

    private static String report(Use use, String... allowed) throws Exception {
        RealSocketGuard guard = RealSocketGuard.start(allowed);
        use.run();
        return guard.end().orElse("");
    }

    /**
     * An address for clients. A guard does not report peers from before, and earlier tests of this JVM may have left
     * sockets that are connected to any port of 127.0.0.1.
     */
    private static InetAddress ownAddress() throws Exception {
        return LINUX ? InetAddress.getByName("127.83.79.67") : LOOPBACK;
    }

    private static void transfer(ServerSocket server) throws Exception {
        try (Socket client = new Socket(LOOPBACK, server.getLocalPort(), ownAddress(), 0);
                Socket accepted = server.accept()) {
            client.getOutputStream().write(1);
            accepted.getInputStream().read();
        }
    }

    private static ServerSocket serverSocket() throws Exception {
        return new ServerSocket(0, 50, LOOPBACK);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(LOOPBACK, 0);
    }

    @Test
    void aNetworkInMemoryIsNoRealSocket() throws Exception {
        assertThat(report(() -> {
                    try (Network network = Network.create()) {
                        Connection client = network.pair().client();
                        client.write(ByteBuffer.allocate(10));
                    }
                }))
                .isEmpty();
    }

    @Test
    void aSocketOfANetworkIsNoRealSocket() throws Exception {
        assertThat(report(() -> {
                    try (Network network = Network.create();
                            ServerSocket server =
                                    NetworkSockets.serverSocketFactory(network).createServerSocket(80);
                            Socket client =
                                    NetworkSockets.socketFactory(network).createSocket(LOOPBACK, 80);
                            Socket accepted = server.accept()) {
                        client.getOutputStream().write(1);
                        accepted.getInputStream().read();
                    }
                }))
                .isEmpty();
    }

    @Test
    void aSocketOfANetworkFromBeforeIsNoRealSocket() throws Exception {
        try (Network network = Network.create();
                ServerSocket server =
                        NetworkSockets.serverSocketFactory(network).createServerSocket(80);
                Socket client = NetworkSockets.socketFactory(network).createSocket(LOOPBACK, 80);
                Socket accepted = server.accept()) {
            assertThat(report(() -> {
                        client.getOutputStream().write(new byte[10]);
                        accepted.getInputStream().read(new byte[10]);
                    }))
                    .isEmpty();
        }
    }

    @Test
    void aRealPeerIsSeenThoughANetworkHadOneAtItsAddress() throws Exception {
        try (ServerSocket real = serverSocket();
                Network network = Network.create();
                ServerSocket server =
                        NetworkSockets.serverSocketFactory(network).createServerSocket(real.getLocalPort());
                Socket client = NetworkSockets.socketFactory(network).createSocket(LOOPBACK, server.getLocalPort())) {
            client.getOutputStream().write(1);

            assertThat(report(() -> transfer(real))).contains("write to 127.0.0.1:" + real.getLocalPort());
        }
    }

    @Test
    void transfersOfSocketsAreSeenWithPeerThreadAndLine() throws Exception {
        try (ServerSocket server = serverSocket()) {
            String report = report(() -> transfer(server));
            assertThat(report)
                    .startsWith("real sockets are forbidden here, but were used:\n")
                    .contains(
                            "\n  write to 127.0.0.1:" + server.getLocalPort() + " in the thread \""
                                    + Thread.currentThread().getName() + "\"\n      at "
                                    + getClass().getName() + ".transfer(line ",
                            "\n  read from " + ownAddress().getHostAddress() + ":");
        }
    }

    @Test
    void transfersOfChannelsAreSeen() throws Exception {
        assertThat(report(() -> {
                    try (ServerSocketChannel server = ServerSocketChannel.open().bind(anyPort());
                            SocketChannel client = SocketChannel.open().bind(new InetSocketAddress(ownAddress(), 0))) {
                        client.connect(server.getLocalAddress());
                        SocketChannel accepted = server.accept();
                        client.write(ByteBuffer.allocate(1));
                        accepted.read(ByteBuffer.allocate(1));
                        accepted.close();
                    }
                }))
                .contains("write to 127.0.0.1:", "read from " + ownAddress().getHostAddress() + ":");
    }

    @Test
    void transfersOfUnixChannelsAreSeen(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("socket");
        assertThat(report(() -> {
                    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                                    .bind(UnixDomainSocketAddress.of(path));
                            SocketChannel client = SocketChannel.open(server.getLocalAddress());
                            SocketChannel accepted = server.accept()) {
                        client.write(ByteBuffer.allocate(1));
                        accepted.read(ByteBuffer.allocate(1));
                    }
                }))
                .contains("write to unix:" + path + " in the thread");
    }

    /** Whether the recorder of this JDK sees what its row of the Javadoc says, and nothing before. */
    private static void assertTraced(String operation, Use use) throws Exception {
        String report = report(use);
        if (TRACES) {
            assertThat(report)
                    .contains(
                            "\n  " + operation + " an unknown address in the thread \"",
                            "\n      at dev.nettest.guard.");
        } else {
            assertThat(report).isEmpty();
        }
    }

    @Test
    void connectsAreSeenSinceJdk25() throws Exception {
        assertTraced("connect to", () -> {
            try (ServerSocket server = serverSocket()) {
                new Socket(LOOPBACK, server.getLocalPort()).close();
            }
        });
        assertTraced("connect to", () -> {
            try (AsynchronousServerSocketChannel server =
                            AsynchronousServerSocketChannel.open().bind(anyPort());
                    AsynchronousSocketChannel client = AsynchronousSocketChannel.open()) {
                client.connect(server.getLocalAddress()).get();
                client.write(ByteBuffer.allocate(1)).get();
            }
        });
    }

    @Test
    void failedConnectsAreSeenSinceJdk25() throws Exception {
        int free;
        try (ServerSocket server = serverSocket()) {
            free = server.getLocalPort();
        }
        assertTraced(
                "connect to",
                () -> assertThatThrownBy(() -> new Socket(LOOPBACK, free).close())
                        .isInstanceOf(ConnectException.class));
        assertTraced(
                "connect to",
                () -> assertThatThrownBy(() -> SocketChannel.open(new InetSocketAddress(LOOPBACK, free))
                                .close())
                        .isInstanceOf(ConnectException.class));
    }

    @Test
    void bindsAreSeenSinceJdk25() throws Exception {
        assertTraced("bind to", () -> new DatagramSocket(anyPort()).close());
        assertTraced("bind to", () -> ServerSocketChannel.open().bind(anyPort()).close());
    }

    @Test
    void openSocketsAreSeenOnLinux(@TempDir Path directory) throws Exception {
        assumeTrue(LINUX, "/proc is Linux's");
        try (DatagramSocket datagrams = new DatagramSocket(null);
                ServerSocket server = new ServerSocket();
                AsynchronousSocketChannel client = AsynchronousSocketChannel.open();
                ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            String report = report(() -> {
                datagrams.bind(anyPort());
                server.bind(anyPort());
                client.connect(server.getLocalSocketAddress()).get();
                unix.bind(UnixDomainSocketAddress.of(directory.resolve("socket")));
            });
            assertThat(report)
                    .contains(
                            "open at the end: udp bound to 127.0.0.1:" + datagrams.getLocalPort(),
                            "open at the end: tcp listening at 127.0.0.1:" + server.getLocalPort(),
                            "open at the end: tcp connected to 127.0.0.1:" + server.getLocalPort(),
                            "open at the end: unix:" + directory.resolve("socket"));
        }
    }

    @Test
    void ipv6SocketsAreSeenOnLinux() throws Exception {
        assumeTrue(LINUX, "/proc is Linux's");
        InetAddress loopback = InetAddress.getByName("::1");
        ServerSocket[] server = new ServerSocket[1];
        String report = report(() -> server[0] = new ServerSocket(0, 5, loopback));
        try (ServerSocket opened = server[0]) {
            assertThat(report).contains("tcp listening at [0:0:0:0:0:0:0:1]:" + opened.getLocalPort());
        }
    }

    @Test
    void peersFromBeforeAreNotReportedOnLinux() throws Exception {
        assumeTrue(LINUX, "/proc is Linux's");
        try (ServerSocket server = serverSocket();
                Socket client = new Socket(LOOPBACK, server.getLocalPort());
                Socket accepted = server.accept()) {
            assertThat(report(() -> {
                        client.getOutputStream().write(1);
                        accepted.getInputStream().read();
                    }))
                    .isEmpty();
        }
    }

    @Test
    void allowedUsesAreNotReported() throws Exception {
        try (ServerSocket server = serverSocket()) {
            Use use = () -> transfer(server);
            assertThat(report(use, "127.0.0.0/8")).isEmpty();
            assertThat(report(use, "localhost", ownAddress().getHostAddress())).isEmpty();
            assertThat(report(use, "dev.nettest.guard")).isEmpty();
            assertThat(report(use, "127.0.0.1:" + server.getLocalPort()))
                    .doesNotContain("write to")
                    .contains("read from");
            assertThat(report(use, "[::1]")).contains("write to");
        }
    }

    @Test
    void aMalformedEntryIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RealSocketGuard.start("db host"))
                .withMessage("\"db host\" is no address such as \"127.0.0.1:5432\", no prefix such as \"10.0.0.0/8\","
                        + " no path such as \"/run/db\", and no name such as \"org.postgresql\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RealSocketGuard.start("10.0.0.0/33"))
                .withMessage("\"10.0.0.0/33\" has a prefix of 33 bits; expected at most 32");
        assertThatIllegalArgumentException().isThrownBy(() -> RealSocketGuard.start("10.0.0.256"));
    }

    @Test
    void theCloseFailsOnce() throws Exception {
        try (ServerSocket server = serverSocket()) {
            RealSocketGuard guard = RealSocketGuard.start();
            transfer(server);
            assertThatThrownBy(guard::close)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("real sockets are forbidden here, but were used:");
            guard.close();
            assertThat(guard.end()).isEqualTo(Optional.empty());
        }
    }

    /** The flight recorder changes the text of a read that a close ends, on JDK 17. */
    @Test
    void itsEndLeavesTheSocketsOfTheJvmAsTheyWere() throws Exception {
        RealSocketGuard.start().end();
        try (Network network = Network.create();
                ServerSocket server =
                        NetworkSockets.serverSocketFactory(network).createServerSocket(80)) {
            Socket client = NetworkSockets.socketFactory(network).createSocket("localhost", 80);
            server.accept();
            Background<Integer> reading =
                    Background.call(client.getInputStream()::read).awaitParked();

            client.close();

            assertThat(reading.failure()).hasMessage("Socket closed");
        }
    }
}
