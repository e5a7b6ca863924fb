package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** Unclosed sockets are reported with the line that got them. */
class SocketLeakTest {
    private final Network network =
            Network.create(NetworkConfig.builder().checks(true).build());

    @Test
    void connectedAndAcceptedSocketsAreReportedWithTheirLines() throws Exception {
        ServerSocket server = server();
        Socket client = dial(server);
        Socket accepted = server.accept();

        String failure = failure();

        assertThat(failure)
                .startsWith("never closed:\n")
                .contains("  connection 127.0.0.1:" + client.getLocalPort() + " -> 127.0.0.1:" + server.getLocalPort()
                        + ", connected at SocketLeakTest.java:")
                .contains("  connection 127.0.0.1:" + accepted.getLocalPort() + " -> 127.0.0.1:" + client.getLocalPort()
                        + ", accepted at SocketLeakTest.java:");
    }

    @Test
    void closedSocketsAreNotReported() throws Exception {
        try (ServerSocket server = server()) {
            dial(server).close();
            server.accept().getInputStream().close();
            dial(server).getOutputStream().close();
            Socket reset = server.accept();
            reset.setSoLinger(true, 0);
            reset.close();
        }
        NetworkSockets.socketFactory(network).createSocket(); // and nothing that was never connected

        network.close();
    }

    @Test
    void aDatagramSocketIsReportedWithTheLineThatBoundIt() throws Exception {
        DatagramSocket bound = NetworkSockets.datagramSocket(network, new InetSocketAddress(5353));
        DatagramSocket byItsFirstSend = NetworkSockets.datagramSocket(network.host("app", "10.0.0.2"), null);
        byItsFirstSend.send(new DatagramPacket(new byte[1], 1, bound.getLocalSocketAddress()));

        String line = ", bound at SocketLeakTest.java:";
        assertThat(failure())
                .startsWith("never closed:\n")
                .contains("  datagram socket *:5353" + line)
                .contains("  datagram socket *:"
                        + NetworkSockets.endpoint(byItsFirstSend).port() + " of app" + line);
    }

    @Test
    void closedOrTestOwnedDatagramSocketsAreNotReported() throws Exception {
        Host app = network.host("app", "10.0.0.2");
        NetworkSockets.datagramSocket(network, new InetSocketAddress(0)).close();
        NetworkSockets.endpoint(NetworkSockets.datagramSocket(network, new InetSocketAddress(0)))
                .close();
        NetworkSockets.datagramSocket(network, null); // never bound
        NetworkSockets.datagramSocket(app, new InetSocketAddress(0));
        app.crash();
        network.bindDatagram();

        network.close();
    }

    @Test
    void datagramSocketClosedAfterTheShutdownIsNotReported() throws Exception {
        DatagramSocket socket = NetworkSockets.datagramSocket(network, new InetSocketAddress(0));
        Background<Void> owner = Background.run(() -> {
            try (socket) {
                socket.receive(new DatagramPacket(new byte[1], 1));
            }
        });
        owner.awaitParked();

        network.close();

        assertThat(owner.failure()).hasMessage("Socket closed");
    }

    @Test
    void failedConnectIsNotReported() throws Exception {
        Socket socket = NetworkSockets.socketFactory(network).createSocket();
        assertThat(catchThrowable(() -> socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 80))))
                .hasMessage("Connection refused");

        network.close();
    }

    private ServerSocket server() throws IOException {
        return NetworkSockets.serverSocketFactory(network).createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private Socket dial(ServerSocket server) throws IOException {
        return NetworkSockets.socketFactory(network).createSocket("localhost", server.getLocalPort());
    }

    private String failure() {
        Throwable failure = catchThrowable(network::close);
        assertThat(failure).isInstanceOf(AssertionError.class);
        return failure.getMessage();
    }
}
