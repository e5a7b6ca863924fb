package dev.nettest.jvm.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.Participation;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.ClaimConfig;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.jvm.Localhost;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Loopback addresses, wildcards and bare names: the thread decides, or the settings of the claim. */
class LocalAddressesTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final Network network = Network.create();

    @AfterEach
    void close() {
        network.close();
    }

    private Claim claim(Localhost localhost) {
        return JvmNetwork.claim(
                network, ClaimConfig.builder().localhost(localhost).build());
    }

    /** True if a listener on the port that the server got is in the network. */
    private boolean isInMemory(ServerSocket server) {
        return network.snapshot().toString().contains(":" + server.getLocalPort());
    }

    private boolean bindsWildcardInMemory() throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open().bind(null);
                ServerSocket socket = new ServerSocket(0)) {
            assertThat(isInMemory(channel.socket())).isEqualTo(isInMemory(socket));
            return isInMemory(socket);
        }
    }

    @Test
    void aWildcardBelongsToTheClaimInRegisteredThreads() throws Exception {
        try (Claim claim = claim(Localhost.REGISTERED_THREADS)) {
            assertThat(bindsWildcardInMemory()).isFalse();
            assertThat(network.executor().submit(this::bindsWildcardInMemory).get())
                    .isTrue();
            try (Participation joined = network.participate()) {
                assertThat(bindsWildcardInMemory()).isTrue();
                assertThat(joined).isNotNull();
            }
            assertThat(claim.network()).isSameAs(network);
        }
    }

    @Test
    void aWildcardBelongsToTheClaimInAllThreads() throws IOException {
        try (Claim claim = claim(Localhost.ALL_THREADS)) {
            assertThat(bindsWildcardInMemory()).isTrue();
            assertThat(claim.network()).isSameAs(network);
        }
    }

    @Test
    void aWildcardNeverBelongsToTheClaim() throws Exception {
        try (Claim claim = claim(Localhost.NO_THREADS)) {
            assertThat(network.executor().submit(this::bindsWildcardInMemory).get())
                    .isFalse();
            assertThat(claim.network()).isSameAs(network);
        }
    }

    @Test
    void aServerOfARegisteredThreadIsReachedByClientsInRegisteredThreads() throws Exception {
        try (Claim claim = claim(Localhost.REGISTERED_THREADS);
                ServerSocket server =
                        network.executor().submit(() -> new ServerSocket(8080)).get()) {
            Socket client = network.executor()
                    .submit(() -> new Socket("localhost", 8080))
                    .get();

            assertThat(client.isConnected()).isTrue();
            assertThat(isInMemory(server)).isTrue();
            client.close();
            assertThat(claim.network()).isSameAs(network);
        }
    }

    @Test
    void allThreadsReachLocalhostInMemory() throws IOException {
        try (Claim claim = claim(Localhost.ALL_THREADS);
                ServerSocket server = new ServerSocket(8080)) {
            Background<Boolean> other = Background.call(() -> {
                try (SocketChannel client = SocketChannel.open(new InetSocketAddress("localhost", 8080))) {
                    return client.isConnected();
                }
            });
            assertThat(other.result()).isTrue();
            assertThat(isInMemory(server)).isTrue();
            assertThat(claim.network()).isSameAs(network);
        }
    }

    @Test
    void theConnectDecidesForAClientThatIsBoundToALocalAddress() throws IOException {
        try (Claim claim = claim(Localhost.REGISTERED_THREADS);
                ServerSocket kernel = new ServerSocket(0, 1, LOOPBACK)) {
            claim.host("server").listen(80);
            for (InetSocketAddress local : new InetSocketAddress[] {null, new InetSocketAddress(0)}) {
                try (Socket socket = new Socket();
                        SocketChannel channel = SocketChannel.open();
                        Socket real = new Socket()) {
                    socket.bind(local);
                    socket.connect(new InetSocketAddress(claim.address(1), 80));
                    channel.bind(local);
                    channel.connect(new InetSocketAddress(claim.address(1), 80));
                    real.bind(local);
                    real.connect(kernel.getLocalSocketAddress());

                    assertThat(socket.isConnected() && channel.isConnected()).isTrue();
                    assertThat(network.snapshot().toString()).contains(":" + socket.getLocalPort());
                    assertThat(real.isConnected()).isTrue();
                }
            }
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_18)
    void allThreadsResolveBareNames() throws IOException {
        try (Claim claim = claim(Localhost.ALL_THREADS)) {
            claim.host("bare-name");
            assertThat(InetAddress.getByName("bare-name").getHostAddress()).isEqualTo(claim.address(1));
        }
    }
}
