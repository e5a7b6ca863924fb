package dev.nettest.jvm.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.ClaimConfig;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.jvm.Localhost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first claim sets the factories of {@code java.net}, so each program runs in a JVM of its own. */
class BeforeTheFirstClaimTest {

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Makes sockets before the first claim, and uses them after it. */
    public static final class EarlySockets {

        public static void main(String[] arguments) throws IOException {
            ServerSocket server = new ServerSocket();
            Socket client = new Socket();
            try (Network network = Network.create();
                    Claim claim = JvmNetwork.claim(
                            network,
                            ClaimConfig.builder()
                                    .localhost(Localhost.ALL_THREADS)
                                    .build());
                    server;
                    client) {
                server.bind(loopback());
                client.connect(server.getLocalSocketAddress());
                System.out.println("early sockets in memory: "
                        + claim.network().snapshot().toString().contains("LISTEN"));
                try (ServerSocket late = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    System.out.println("late socket in memory: "
                            + network.snapshot().toString().contains(":" + late.getLocalPort()));
                }
            }
        }
    }

    @Test
    void socketsThatWereMadeBeforeStayWithTheKernel() throws Exception {
        assertThat(ProgramOutput.lines(EarlySockets.class, List.of()))
                .containsExactly("early sockets in memory: false", "late socket in memory: true");
    }

    /** Connects by a SOCKS proxy, which closes each connection without an answer. */
    public static final class Proxy {

        public static void main(String[] arguments) throws IOException {
            try (ServerSocketChannel proxy = ServerSocketChannel.open().bind(loopback());
                    ServerSocketChannel server = ServerSocketChannel.open().bind(loopback())) {
                System.setProperty("socksProxyHost", "127.0.0.1");
                System.setProperty("socksProxyPort", String.valueOf(port(proxy)));
                System.setProperty("socksNonProxyHosts", "");
                Thread closing = new Thread(() -> acceptAndClose(proxy));
                closing.start();
                System.out.println("before: " + connects(port(server)));
                try (Network network = Network.create();
                        Claim claim = JvmNetwork.claim(network)) {
                    System.out.println("in " + claim.domain() + ": " + connects(port(server)));
                }
            }
        }

        private static int port(ServerSocketChannel server) throws IOException {
            return ((InetSocketAddress) server.getLocalAddress()).getPort();
        }

        private static void acceptAndClose(ServerSocketChannel proxy) {
            try {
                proxy.accept().close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private static boolean connects(int port) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return client.isConnected();
            } catch (IOException e) {
                return false; // the proxy has closed the connection
            }
        }
    }

    @Test
    void aSocksProxyDoesNotApplyAfterIt() throws Exception {
        assertThat(ProgramOutput.lines(Proxy.class, List.of())).containsExactly("before: false", "in n0.nettest: true");
    }
}
