package dev.nettest.jvm.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Datagram channels of the JVM's provider, to claimed addresses and to others. */
class RoutedDatagramsTest {

    private final Network network = Network.create();
    private final Claim claim = JvmNetwork.claim(network);
    private final Host server = claim.host("server");

    @AfterEach
    void close() {
        claim.close();
        network.close();
    }

    private SocketAddress claimed(int port) {
        return new InetSocketAddress(claim.address(1), port);
    }

    private static ByteBuffer seven() {
        return ByteBuffer.wrap(new byte[] {7});
    }

    private static void assertReceivesSeven(DatagramEndpoint endpoint) throws IOException {
        ByteBuffer received = ByteBuffer.allocate(9);
        endpoint.receive(received);
        assertThat(received.flip()).isEqualTo(seven());
    }

    @Test
    void theFirstSendDecides() throws IOException {
        DatagramEndpoint endpoint = server.bindDatagram(claimed(53));
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.send(seven(), claimed(53));

            assertReceivesSeven(endpoint);
        }
    }

    @Test
    void aConnectDecides() throws IOException {
        DatagramEndpoint endpoint = server.bindDatagram(claimed(53));
        try (DatagramChannel channel = DatagramChannel.open().connect(claimed(53))) {
            channel.write(seven());

            assertReceivesSeven(endpoint);
            assertThat(channel.getRemoteAddress()).isEqualTo(claimed(53));
        }
    }

    @Test
    void theSocketAdaptorDecidesLikeTheChannel() throws IOException {
        DatagramEndpoint endpoint = server.bindDatagram(claimed(53));
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.socket().send(new DatagramPacket(new byte[] {7}, 1, claimed(53)));

            assertReceivesSeven(endpoint);
        }
    }

    @Test
    void aBindDecides() throws IOException {
        try (DatagramChannel channel = DatagramChannel.open().bind(claimed(53));
                DatagramEndpoint client = network.bindDatagram()) {
            client.send(seven(), claimed(53));

            ByteBuffer received = ByteBuffer.allocate(9);
            assertThat(channel.receive(received)).isNotNull();
            assertThat(received.flip()).isEqualTo(seven());
        }
    }

    @Test
    void otherAddressesAreTheKernels() throws IOException {
        SocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (DatagramChannel receiver = DatagramChannel.open().bind(loopback);
                DatagramChannel sender = DatagramChannel.open()) {
            sender.send(seven(), receiver.getLocalAddress());

            ByteBuffer received = ByteBuffer.allocate(9);
            receiver.receive(received);
            assertThat(received.flip()).isEqualTo(seven());
        }
    }
}
