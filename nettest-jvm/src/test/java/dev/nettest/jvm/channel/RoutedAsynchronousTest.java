package dev.nettest.jvm.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Asynchronous channels of the JVM's provider, to claimed addresses and to others. */
class RoutedAsynchronousTest {

    private final Network network = Network.create();
    private final Claim claim = JvmNetwork.claim(network);

    @AfterEach
    void close() {
        claim.close();
        network.close();
    }

    private static void exchange(AsynchronousChannelGroup group, SocketAddress address) throws Exception {
        try (AsynchronousServerSocketChannel server =
                        AsynchronousServerSocketChannel.open(group).bind(address);
                AsynchronousSocketChannel client = AsynchronousSocketChannel.open(group)) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            client.connect(server.getLocalAddress()).get();
            try (AsynchronousSocketChannel accepted = server.accept().get()) {
                accepted.write(ByteBuffer.wrap(new byte[] {7})).get();
                ByteBuffer read = ByteBuffer.allocate(1);

                assertThat(client.read(read).get()).isEqualTo(1);
                assertThat(read.get(0)).isEqualTo((byte) 7);
                assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            }
        }
    }

    @Test
    void oneGroupHasChannelsOfTheKernelAndOfTheNetwork() throws Exception {
        claim.host("server");
        AsynchronousChannelGroup group =
                AsynchronousChannelGroup.withFixedThreadPool(1, Executors.defaultThreadFactory());

        exchange(group, new InetSocketAddress(claim.address(1), 80));
        exchange(group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        exchange(null, new InetSocketAddress(claim.address(1), 80));

        group.shutdownNow();
        assertThat(group.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        assertThat(group.isTerminated()).isTrue();
    }

    @Test
    void nothingListensAtAClaimedAddress() throws Exception {
        try (AsynchronousSocketChannel client = AsynchronousSocketChannel.open()) {
            assertThatThrownBy(() -> client.connect(new InetSocketAddress(claim.address(1), 80))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(ConnectException.class)
                    .hasRootCauseMessage("Connection refused");
        }
    }
}
