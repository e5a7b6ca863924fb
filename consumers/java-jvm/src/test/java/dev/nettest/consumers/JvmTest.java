package dev.nettest.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkExtension;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(JvmNetworkExtension.class)
class JvmTest {
    @Test
    void socketsOfLocalhostAreInMemory(Network network) throws Exception {
        try (ServerSocket server = new ServerSocket(80);
                Socket client = new Socket("localhost", 80);
                Socket accepted = server.accept()) {
            client.getOutputStream().write(7);
            assertEquals(7, accepted.getInputStream().read());
            assertTrue(network.snapshot().toString().contains("ESTABLISHED"));
        }
    }

    @Test
    void channelsReachClaimedAddresses(Claim claim) throws Exception {
        claim.host("server");
        InetSocketAddress address = new InetSocketAddress(claim.address(1), 80);
        assertThrows(ConnectException.class, () -> SocketChannel.open(address));
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(address);
                SocketChannel client = SocketChannel.open(address)) {
            assertEquals(address, client.getRemoteAddress());
            assertEquals(address, server.getLocalAddress());
        }
    }
}
