package dev.nettest.internal.inet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.socket.NetworkSockets;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** A watch holds the peers of the transfers during it, and no other ones. */
class MemoryPeersTest {

    private static final InetSocketAddress SERVER = new InetSocketAddress("localhost", 80);

    @Test
    void aWatchHoldsThePeersOfReadsAndWrites() throws Exception {
        try (Network network = Network.create();
                ServerSocket server =
                        NetworkSockets.serverSocketFactory(network).createServerSocket(80);
                Socket client = NetworkSockets.socketFactory(network).createSocket("localhost", 80);
                Socket accepted = server.accept();
                MemoryPeers watch = MemoryPeers.watch()) {
            assertThat(watch.contains(SERVER)).isFalse();

            client.getOutputStream().write(1);

            assertThat(watch.contains(SERVER)).isTrue();
            InetSocketAddress reader = (InetSocketAddress) accepted.getRemoteSocketAddress();
            assertThat(watch.contains(reader)).isFalse();

            accepted.getInputStream().read();

            assertThat(watch.contains(reader)).isTrue();
        }
    }

    @Test
    void watchesAreIndependent() throws Exception {
        try (Network network = Network.create();
                ServerSocket server =
                        NetworkSockets.serverSocketFactory(network).createServerSocket(80);
                Socket client =
                        NetworkSockets.socketFactory(network).createSocket("localhost", server.getLocalPort())) {
            MemoryPeers closed = MemoryPeers.watch();
            closed.close();
            try (MemoryPeers watch = MemoryPeers.watch()) {
                client.getOutputStream().write(new byte[2]);

                assertThat(watch.contains(SERVER)).isTrue();
                assertThat(closed.contains(SERVER)).isFalse();
            }
        }
    }
}
