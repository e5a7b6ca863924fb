package dev.nettest.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** A socket at the end of its network, which its owner has still to close. */
class TlsEndTest {
    private final TestTls tls = TestTls.selfSigned("api.test");

    /** TLS asks for options before it closes its socket, so a socket that refuses them would stay open: a leak. */
    @RepeatedTest(20)
    void aHandshakeThatTheNetworkEndsLeaksNothing() throws Exception {
        Network network = Network.create(NetworkConfig.builder().checks(true).build());
        ServerSocket server = tls.serverSocketFactory(network).createServerSocket(443);
        Future<Integer> handshake = network.executor().submit(() -> {
            try (server;
                    Socket accepted = server.accept()) {
                return accepted.getInputStream().read();
            }
        });
        network.connect("localhost:443");
        network.awaitIdle();

        network.close();

        assertThatThrownBy(handshake::get).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void anOpenSocketHasItsOptionsAndNoBytesAtTheEnd() throws Exception {
        Network network = Network.create();
        network.listen("localhost:80");
        Socket socket = NetworkSockets.socketFactory(network).createSocket("localhost", 80);
        InputStream in = socket.getInputStream();

        network.shutdown();

        assertThat(socket.isClosed()).isFalse();
        socket.setSoTimeout(5);
        assertThat(socket.getSoTimeout()).isEqualTo(5);
        assertThat(in.available()).isZero();
        assertThatThrownBy(in::read).isInstanceOf(SocketException.class).hasMessage("Socket closed");
        socket.close();
        assertThatThrownBy(socket::getSoTimeout).hasMessage("Socket is closed");
    }
}
