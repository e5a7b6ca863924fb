package dev.nettest.jvm.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.ClaimConfig;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.jvm.Localhost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The addresses that a claim takes, and those that it refuses. */
class ClaimTest {

    private final Network network = Network.create();
    private final Network other = Network.create();

    @AfterEach
    void close() {
        network.close();
        other.close();
    }

    private static int port(ServerSocketChannel server) throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    @Test
    void eachClaimHasItsOwnPrefixAndDomain() {
        try (Claim first = JvmNetwork.claim(network);
                Claim second = JvmNetwork.claim(other)) {
            assertThat(first.address(5)).isEqualTo("10.0.0.5");
            assertThat(second.address(5)).isEqualTo("10.1.0.5");
            assertThat(first.domain()).isEqualTo("n0.nettest");
            assertThat(second.domain()).isEqualTo("n1.nettest");
        }
        try (Claim again = JvmNetwork.claim(other)) {
            assertThat(again.address(5)).isEqualTo("10.0.0.5");
        }
    }

    @Test
    void aClaimHasAPrefixOfIPv6Too() throws IOException {
        try (Claim claim = JvmNetwork.claim(network)) {
            network.host("six", "fd00:0::5").listen(80);
            try (SocketChannel client = SocketChannel.open(new InetSocketAddress("fd00:0:0:0:0:0:0:5", 80))) {
                assertThat(client.isConnected()).isTrue();
            }
            InetSocketAddress free = new InetSocketAddress("fd00:0:0:0:0:0:0:6", 80);
            assertThatThrownBy(() -> SocketChannel.open(free)).hasMessage("Connection refused");
            assertThat(claim.domain()).isEqualTo("n0.nettest");
        }
    }

    @Test
    void hostsGetTheNextFreeAddress() {
        try (Claim claim = JvmNetwork.claim(network)) {
            network.host("given", "10.0.0.2");

            assertThat(claim.host("first").addresses())
                    .extracting(InetAddress::getHostAddress)
                    .containsExactly("10.0.0.1");
            assertThat(claim.host("second").addresses())
                    .extracting(InetAddress::getHostAddress)
                    .containsExactly("10.0.0.3");
        }
    }

    @Test
    void addressesOfHostsBelongToTheClaimWhereverTheyAre() throws IOException {
        network.host("far", "192.0.2.7").listen(80);
        try (Claim claim = JvmNetwork.claim(network);
                SocketChannel client = SocketChannel.open(new InetSocketAddress("192.0.2.7", 80))) {
            assertThat(client.isConnected()).isTrue();
            assertThat(claim.network()).isSameAs(network);
        }
    }

    @Test
    void aConflictNamesBothLines() {
        network.host("far", "192.0.2.7");
        ClaimConfig config = ClaimConfig.builder().addresses("192.0.2.0/24").build();
        try (Claim first = JvmNetwork.claim(network)) {
            assertThat(first.config().addresses()).isEmpty();
            assertThatThrownBy(() -> JvmNetwork.claim(other, config))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching("the claim of 192\\.0\\.2\\.0/24 at ClaimTest\\.java:\\d+ conflicts with the"
                            + " open claim at ClaimTest\\.java:\\d+");
        }
    }

    @Test
    void aConflictNamesTheUsersThatAnExtensionGives() {
        ClaimConfig config = ClaimConfig.builder().addresses("192.0.2.0/24").build();
        try (Claim first = JvmNetwork.claim(network, config, "StoreSpec: a store")) {
            assertThat(first.address(1)).isEqualTo("192.0.2.1");
            assertThatThrownBy(() -> JvmNetwork.claim(other, config, "StoreSpec: another store"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the claim of 192.0.2.0/24 at StoreSpec: another store conflicts with the open claim"
                            + " at StoreSpec: a store");
        }
    }

    @Test
    void onlyOneClaimCanHaveLocalhostForAllThreads() {
        ClaimConfig all = ClaimConfig.builder().localhost(Localhost.ALL_THREADS).build();
        try (Claim first = JvmNetwork.claim(network, all)) {
            assertThat(first.config()).isEqualTo(all);
            assertThatThrownBy(() -> JvmNetwork.claim(other, all))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the claim of localhost for all threads at ClaimTest.java:");
        }
    }

    @Test
    void aClaimOfAClosedNetworkIsFreed() throws IOException {
        ClaimConfig all = ClaimConfig.builder().localhost(Localhost.ALL_THREADS).build();
        JvmNetwork.claim(network, all);
        network.close();

        try (Claim second = JvmNetwork.claim(other, all);
                ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress("localhost", 0))) {
            assertThat(other.snapshot().toString()).contains("LISTEN", ":" + port(server));
            assertThat(second.domain()).isEqualTo("n0.nettest");
        }
    }

    @Test
    void localhostBelongsToRegisteredThreads() throws Exception {
        try (Claim claim = JvmNetwork.claim(network)) {
            try (ServerSocketChannel kernel =
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                assertThat(port(kernel)).isPositive();
                assertThat(network.snapshot().toString()).doesNotContain("LISTEN");
            }
            String memory = network.executor()
                    .submit(() -> {
                        try (ServerSocketChannel server = ServerSocketChannel.open()
                                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080))) {
                            return port(server) + " " + network.snapshot();
                        }
                    })
                    .get();
            assertThat(memory).startsWith("8080 ").contains("LISTEN", "127.0.0.1:8080");
            assertThat(claim.config().localhost()).isEqualTo(Localhost.REGISTERED_THREADS);
        }
    }

    @Test
    void portsOfTheKernelStayWithIt() throws IOException {
        try (ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            ClaimConfig config = ClaimConfig.builder()
                    .localhost(Localhost.ALL_THREADS)
                    .kernelPorts(port(server))
                    .build();
            try (Claim claim = JvmNetwork.claim(network, config);
                    SocketChannel client = SocketChannel.open(server.getLocalAddress())) {
                assertThat(client.isConnected()).isTrue();
                assertThat(claim.network().snapshot().toString()).doesNotContain("ESTABLISHED");
            }
        }
    }

    @Test
    void forbiddenRealSocketsFailTheCallAndTheClose() {
        ClaimConfig config =
                ClaimConfig.builder().forbidRealSockets("127.0.0.2").build();
        Claim claim = JvmNetwork.claim(network, config);
        InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

        assertThatThrownBy(() -> ServerSocketChannel.open().bind(local))
                .isInstanceOf(SocketException.class)
                .hasMessageMatching(
                        "the claim at ClaimTest\\.java:\\d+ forbids real sockets: bind to .*127\\.0\\.0\\.1:0");
        assertThatThrownBy(() -> new ServerSocket(0, 1, InetAddress.getLoopbackAddress()))
                .isInstanceOf(SocketException.class);
        assertThatThrownBy(claim::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("but the code under test tried bind to")
                .hasMessageContaining("at ClaimTest.java:");
    }

    @Test
    void allowedAddressesAreTheKernels() throws IOException {
        ClaimConfig config =
                ClaimConfig.builder().forbidRealSockets("127.0.0.0/8").build();
        try (Claim claim = JvmNetwork.claim(network, config);
                ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertThat(server.getLocalAddress()).isNotNull();
            assertThat(claim.config()).isEqualTo(config);
        }
    }

    @Test
    void wrongPrefixesAndPortsAreNamed() {
        assertThatThrownBy(() -> ClaimConfig.builder().addresses("server").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"server\" is not a literal address; expected an address or a prefix such as"
                        + " \"10.1.0.0/16\"");
        assertThatThrownBy(() -> ClaimConfig.builder().addresses("10.0.0.1/16").build())
                .hasMessageStartingWith("\"10.0.0.1/16\" has bits after its prefix");
        assertThatThrownBy(() -> ClaimConfig.builder().addresses("10.0.0.0/33").build())
                .hasMessageStartingWith("\"10.0.0.0/33\" has no length of 0 to 32");
        assertThatThrownBy(() -> ClaimConfig.builder().kernelPorts(0).build())
                .hasMessage("port out of range: 0; expected 1 to 65535");
        try (Claim claim = JvmNetwork.claim(network)) {
            assertThatThrownBy(() -> claim.address(65_536))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no address number 65536 in 10.0.0.0/16");
        }
    }
}
