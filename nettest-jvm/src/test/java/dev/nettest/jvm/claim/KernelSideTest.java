package dev.nettest.jvm.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.ClaimConfig;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.jvm.Localhost;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Things of the JVM that no claim changes, although it has localhost for all threads. */
class KernelSideTest {

    private final InetAddress localHost = InetAddress.getLocalHost();
    private final List<NetworkInterface> interfaces =
            NetworkInterface.networkInterfaces().toList();
    private final Network network = Network.create();
    private final Claim claim = JvmNetwork.claim(
            network, ClaimConfig.builder().localhost(Localhost.ALL_THREADS).build());

    KernelSideTest() throws IOException {}

    @AfterEach
    void close() {
        claim.close();
        network.close();
    }

    @Test
    void theMachineHasItsNameAddressesAndInterfaces() throws IOException {
        claim.host("server");

        assertThat(InetAddress.getLocalHost()).isEqualTo(localHost);
        assertThat(NetworkInterface.networkInterfaces().toList()).isEqualTo(interfaces);
        assertThat(NetworkInterface.getByInetAddress(InetAddress.getByName(claim.address(1))))
                .isNull();
    }

    @Test
    void unixDomainSocketsAreTheKernels(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("socket");
        try (ServerSocketChannel server =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel accepted = server.accept()) {
            client.write(ByteBuffer.wrap(new byte[] {7}));

            assertThat(accepted.read(ByteBuffer.allocate(9))).isEqualTo(1);
            assertThat(Files.exists(path)).isTrue();
            assertThat(network.snapshot().toString()).doesNotContain("LISTEN", "ESTABLISHED");
        }
    }

    @Test
    void datagramSocketsOfJavaNetAreTheKernels() throws IOException {
        try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                DatagramSocket sender = new MulticastSocket()) {
            receiver.setSoTimeout(30_000);
            sender.send(new DatagramPacket(new byte[] {7}, 1, receiver.getLocalSocketAddress()));
            receiver.receive(new DatagramPacket(new byte[9], 9));

            assertThat(network.snapshot().toString())
                    .doesNotContain(":" + receiver.getLocalPort(), ":" + sender.getLocalPort());
        }
    }

    @Test
    void theSocketOfADatagramChannelIsNot() throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.socket().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 5300));

            assertThat(network.snapshot().toString()).contains(":5300");
        }
    }
}
