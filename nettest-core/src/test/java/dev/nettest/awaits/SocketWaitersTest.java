package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Snapshot.Waiter;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Threads that block in sockets of {@code java.net}, in a snapshot. */
class SocketWaitersTest extends NetworkFixture {

    private ServerSocket server(int backlog) throws Exception {
        return NetworkSockets.serverSocketFactory(network)
                .createServerSocket(8000, backlog, new InetSocketAddress("127.0.0.1", 0).getAddress());
    }

    private Waiter waiter() {
        return network.snapshot().waiters().get(0);
    }

    private void assertWaits(String operation, String subject, boolean limited) {
        assertThat(network.snapshot().waiters()).singleElement().satisfies(waiter -> {
            assertThat(waiter.name()).isEqualTo("thread \"blocked\"");
            assertThat(waiter.operation()).isEqualTo(operation);
            assertThat(waiter.subject()).isEqualTo(subject);
            assertThat(waiter.line()).isNotNull();
            assertThat(waiter.line().getClassName()).isEqualTo(SocketWaitersTest.class.getName());
            assertThat(waiter.limited()).isEqualTo(limited);
        });
    }

    @Test
    void namesReads() throws Exception {
        ServerSocket server = server(1);
        Socket client = NetworkSockets.socketFactory(network).createSocket("127.0.0.1", 8000);
        Socket accepted = server.accept();
        String addresses = "127.0.0.1:" + client.getLocalPort() + " -> 127.0.0.1:8000";

        Background<?> reader =
                Background.run("blocked", () -> client.getInputStream().read()).awaitParked();
        assertWaits("read", addresses, false);
        accepted.getOutputStream().write('x');
        reader.result();

        client.setSoTimeout(1000);
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        Background.run("blocked", lines::readLine).awaitParked();
        assertThat(waiter().operation()).isEqualTo("read");
        assertThat(waiter().limited()).isTrue();
    }

    @Test
    void namesAWrite() throws Exception {
        ServerSocket server = server(1);
        Socket client = NetworkSockets.socketFactory(network).createSocket("127.0.0.1", 8000);
        NetworkSockets.connection(server.accept()).receiveBufferSize(4);

        Background.run("blocked", () -> client.getOutputStream().write(new byte[5]))
                .awaitParked();

        assertWaits("write", "127.0.0.1:" + client.getLocalPort() + " -> 127.0.0.1:8000", false);
    }

    @Test
    void namesAnAccept() throws Exception {
        ServerSocket server = server(1);

        Background.run("blocked", () -> server.accept()).awaitParked();

        assertWaits("accept", "127.0.0.1:8000", false);
    }

    @Test
    void namesConnects() throws Exception {
        server(1);
        for (int i = 0; i < 2; i++) {
            NetworkSockets.socketFactory(network).createSocket("127.0.0.1", 8000);
        }

        Background.run("blocked", () -> NetworkSockets.socketFactory(network).createSocket("127.0.0.1", 8000))
                .awaitParked();

        assertWaits("connect", "127.0.0.1:8000", true);
    }

    @Test
    void namesAReceive() throws Exception {
        DatagramSocket socket = NetworkSockets.datagramSocket(network, new InetSocketAddress("127.0.0.1", 5353));

        Background.run("blocked", () -> socket.receive(new DatagramPacket(new byte[1], 1)))
                .awaitParked();

        assertWaits("receive", "127.0.0.1:5353", false);
    }
}
