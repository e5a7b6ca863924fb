package dev.nettest.jvm.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Participation;
import dev.nettest.VirtualClock;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code new Socket()} and {@code new ServerSocket()}, to claimed addresses and to others. */
class RoutedSocketsTest {

    private final Network network = Network.create();
    private final Claim claim = JvmNetwork.claim(network);

    @AfterEach
    void close() {
        claim.close();
        network.close();
    }

    @Test
    void aSocketReachesTheNetworkAndKeepsItsOptions() throws IOException {
        claim.host("server")
                .listen(80)
                .serve(connection -> connection.outputStream().write(7));
        try (Socket client = new Socket()) {
            client.setTcpNoDelay(true);
            client.setSoTimeout(1000);
            client.setSoLinger(true, 3);
            client.connect(new InetSocketAddress(claim.address(1), 80));

            assertThat(client.getInputStream().read()).isEqualTo(7);
            assertThat(client.getTcpNoDelay()).isTrue();
            assertThat(client.getSoTimeout()).isEqualTo(1000);
            assertThat(client.getSoLinger()).isEqualTo(3);
            assertThat(client.getInetAddress().getHostAddress()).isEqualTo(claim.address(1));
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void aServerSocketIsReachedFromTheNetwork() throws IOException {
        claim.host("server");
        try (ServerSocket server = new ServerSocket(80, 5, InetAddress.getByName(claim.address(1)));
                Connection client = network.connect(claim.address(1) + ":80");
                Socket accepted = server.accept()) {
            client.outputStream().write(7);

            assertThat(accepted.getInputStream().read()).isEqualTo(7);
            assertThat(server.getLocalPort()).isEqualTo(80);
            assertThatThrownBy(() -> new ServerSocket(80, 5, InetAddress.getByName(claim.address(1))))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("Address already in use");
        }
    }

    @Test
    void aConnectIsRefusedAndTimesOutLikeTheKernels() throws IOException {
        assertThatThrownBy(() -> new Socket(claim.address(1), 80))
                .isInstanceOf(ConnectException.class)
                .hasMessageStartingWith("Connection refused");
        claim.host("server").listen(80);
        try (Socket client = new Socket(claim.address(1), 80)) {
            client.setSoTimeout(1);
            InputStream input = client.getInputStream();
            assertThatThrownBy(input::read)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Read timed out");
        }
    }

    @Test
    void otherAddressesAreTheKernels() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            client.getOutputStream().write(7);

            assertThat(accepted.getInputStream().read()).isEqualTo(7);
            accepted.setSoTimeout(1);
            assertThatThrownBy(() -> accepted.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Read timed out");
            client.shutdownOutput();
            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            assertThat(network.snapshot().toString()).doesNotContain("ESTABLISHED");
        }
    }

    @Test
    void httpUrlConnectionReachesTheNetwork() throws IOException {
        claim.host("server").listen(80).serve(connection -> {
            connection.awaitReadable();
            connection
                    .outputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII));
        });

        HttpURLConnection request = (HttpURLConnection) new URL("http://" + claim.address(1) + "/").openConnection();

        assertThat(request.getInputStream().readAllBytes()).asString().isEqualTo("hello");
    }

    @Test
    void aNameOfTheClaimReachesItsHost() throws IOException {
        claim.host("server")
                .listen(80)
                .serve(connection -> connection.outputStream().write(7));

        try (Socket client = new Socket("server." + claim.domain(), 80)) {
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void aTimeoutRunsOnTheClockOfTheNetwork() throws IOException {
        NetworkConfig config =
                NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).build();
        try (Network timed = Network.create(config);
                Claim timedClaim = JvmNetwork.claim(timed)) {
            timedClaim.host("server").listen(80);
            try (Participation registered = timed.participate();
                    Socket client = new Socket(timedClaim.address(1), 80)) {
                client.setSoTimeout(3_600_000);
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
                assertThat(registered).isNotNull();
            }
            assertThat(timed.clock().nanoTime()).isGreaterThanOrEqualTo(TimeUnit.HOURS.toNanos(1));
        }
    }
}
