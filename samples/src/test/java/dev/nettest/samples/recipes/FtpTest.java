package dev.nettest.samples.recipes;

import static dev.nettest.samples.recipes.Recipes.lines;
import static dev.nettest.samples.recipes.Recipes.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** FTP in active mode: the server connects back to a port of the client. */
class FtpTest {

    @RegisterExtension
    final NetworkExtension networks = Recipes.virtualTime();

    private static FtpClient client(Host host) throws IOException {
        return new FtpClient(NetworkSockets.socketFactory(host), NetworkSockets.serverSocketFactory(host), "10.0.0.21");
    }

    /** The server: it connects from its own host, to the port that the client named. */
    private static void ftp(Connection client, Host host) throws IOException {
        BufferedReader commands = lines(client);
        send(client, "220 ready\r\n");
        String target = "";
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            if (line.startsWith("PORT ")) {
                String[] parts = line.substring(5).split(",");
                int port = Integer.parseInt(parts[4]) * 256 + Integer.parseInt(parts[5]);
                target = String.join(".", parts[0], parts[1], parts[2], parts[3]) + ":" + port;
                send(client, "200 ok\r\n");
            } else {
                send(client, "150 opening\r\n");
                try (Connection data = host.connect(target)) {
                    send(data, line);
                }
                send(client, "226 done\r\n");
            }
        }
    }

    // snippet: recipe-ftp
    @Test
    void theServerConnectsToTheClientsPort(Network network) throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host server = network.host("ftp", "10.0.0.21");
        Recipes.serve(network, "10.0.0.21:21", connection -> ftp(connection, server));

        try (FtpClient client = client(app)) {
            assertThat(client.retrieve("orders.csv")).isEqualTo("RETR orders.csv");
        }
    }

    @Test
    void aFirewallThatDropsTheDataConnectionCostsTheAcceptTimeout(Network network) throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host server = network.host("ftp", "10.0.0.21");
        Recipes.serve(network, "10.0.0.21:21", connection -> ftp(connection, server));
        server.faults().connect(Fault.stall());

        try (FtpClient client = client(app)) {
            assertThatThrownBy(() -> client.retrieve("orders.csv"))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Accept timed out");
        }
        assertThat(Duration.ofNanos(network.clock().nanoTime())).hasSeconds(20);
    }
    // end snippet
}
