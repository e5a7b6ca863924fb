package dev.nettest.samples.recipes;

import static dev.nettest.samples.recipes.Recipes.lines;
import static dev.nettest.samples.recipes.Recipes.send;
import static dev.nettest.samples.recipes.Recipes.serve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.KeepAlive;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.failover.LineClient;
import dev.nettest.socket.NetworkSockets;
import java.io.BufferedReader;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A NAT forgets an idle connection, and drops its segments without an answer. */
class NatTest {

    @RegisterExtension
    final NetworkExtension networks = Recipes.virtualTime();

    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    private static void upperCase(Connection client) throws Exception {
        BufferedReader requests = lines(client);
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            send(client, line.toUpperCase(Locale.ROOT) + "\n");
        }
    }

    // snippet: recipe-nat
    @Test
    void aForgottenConnectionCostsOneTimeout(Network network) throws Exception {
        serve(network, "10.0.0.5:7000", NatTest::upperCase);
        SocketFactory sockets = NetworkSockets.socketFactory(
                network, connection -> connections.add(connection.readTimeout(Duration.ofSeconds(30))));
        try (LineClient client = new LineClient(sockets, "10.0.0.5", 7000)) {
            assertThat(client.ask("one")).isEqualTo("ONE");

            network.clock().sleep(Duration.ofHours(1)); // nothing is sent, so the NAT drops its entry
            connections.get(0).partition();
            long start = network.clock().nanoTime();

            assertThat(client.ask("two")).isEqualTo("TWO"); // over a new connection
            assertThat(Duration.ofNanos(network.clock().nanoTime() - start)).hasSeconds(30);
            assertThat(connections).hasSize(2);
        }
    }

    @Test
    void keepAliveFindsItBeforeTheNextRequest(Network network) throws Exception {
        serve(network, "10.0.0.5:7000", NatTest::upperCase);
        Connection client = network.connect("10.0.0.5:7000");
        client.keepAlive(KeepAlive.of(Duration.ofMinutes(1), Duration.ofSeconds(10), 3));

        client.partition();
        long start = network.clock().nanoTime();

        assertThatThrownBy(client.inputStream()::read).hasMessage("Connection timed out");
        assertThat(Duration.ofNanos(network.clock().nanoTime() - start)).hasSeconds(90);
    }
    // end snippet
}
