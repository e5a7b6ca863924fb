package dev.nettest.jvm.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that run at the same time, each with its own network, and hosts and ports of equal names and numbers. */
class ManyClaimsTest {

    private static final int THREADS = 8;
    private static final int TESTS = 125;

    @Test
    void parallelTestsDoNotReachEachOther() {
        List<Background<Void>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int first = thread * TESTS;
            running.add(Background.run(() -> {
                for (int test = first; test < first + TESTS; test++) {
                    oneTest(test);
                }
            }));
        }
        running.forEach(Background::result);
    }

    private static void oneTest(int number) throws Exception {
        try (Network network = Network.create();
                Claim claim = JvmNetwork.claim(network)) {
            claim.host("server");
            claim.host("database");
            echoByChannels(new InetSocketAddress(claim.address(1), 80), number);
            echoBySockets(new InetSocketAddress(claim.address(2), 80), number);
            network.executor()
                    .submit(() -> {
                        echoBySockets(new InetSocketAddress(InetAddress.getLoopbackAddress(), 80), -number);
                        return null;
                    })
                    .get();
            assertThat(network.hosts()).hasSize(2);
        }
    }

    private static void echoByChannels(SocketAddress address, int number) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4);
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(address);
                SocketChannel client = SocketChannel.open(address);
                SocketChannel accepted = server.accept()) {
            client.write(buffer.putInt(0, number));
            assertThat(accepted.read(buffer.clear())).isEqualTo(4);
            assertThat(buffer.getInt(0)).isEqualTo(number);
            assertThat(client.getLocalAddress()).isEqualTo(accepted.getRemoteAddress());
        }
    }

    private static void echoBySockets(InetSocketAddress address, int number) throws IOException {
        try (ServerSocket server = new ServerSocket(address.getPort(), 1, address.getAddress());
                Socket client = new Socket(address.getAddress(), address.getPort());
                Socket accepted = server.accept()) {
            client.getOutputStream()
                    .write(ByteBuffer.allocate(4).putInt(0, number).array());
            byte[] read = accepted.getInputStream().readNBytes(4);
            assertThat(ByteBuffer.wrap(read).getInt()).isEqualTo(number);
            assertThat(client.getLocalSocketAddress()).isEqualTo(accepted.getRemoteSocketAddress());
        }
    }
}
