package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** Sockets that nobody closed are reported with the line that got them. */
class SocketLeakTest {
    private final Network network =
            Network.create(NetworkConfig.builder().checks(true).build());

    @Test
    void aDialledAndAnAcceptedSocketAreReportedWithTheirLines() throws Exception {
        ServerSocket server = server();
        Socket client = dial(server);
        Socket accepted = server.accept();

        String failure = failure();

        assertThat(failure)
                .startsWith("never closed:\n")
                .contains("  connection 127.0.0.1:" + client.getLocalPort() + " -> 127.0.0.1:" + server.getLocalPort()
                        + ", connected at " + getClass().getName() + ".dial(SocketLeakTest.java:")
                .contains("  connection 127.0.0.1:" + accepted.getLocalPort() + " -> 127.0.0.1:" + client.getLocalPort()
                        + ", accepted at " + getClass().getName() + ".aDialledAndAnAccepted");
    }

    @Test
    void whatIsClosedInAnyWayIsNot() throws Exception {
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
    void aConnectThatFailedIsNot() throws Exception {
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
        assertThat(failure).isExactlyInstanceOf(AssertionError.class);
        return failure.getMessage();
    }
}
