package dev.nettest.samples.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client survives the crash of its server, because it resolves the name again. */
@ExtendWith(NetworkExtension.class)
class FailoverTest {

    // snippet: failover-java
    @Test
    void theClientFollowsTheName(Network network) throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host first = network.host("db-1", "10.0.0.5");
        Host second = network.host("db-2", "10.0.0.6", "fd00::6");
        serve(first);
        serve(second);
        network.names().set("db", first);

        try (LineClient client = new LineClient(NetworkSockets.socketFactory(app), "db", 5432)) {
            assertThat(client.ask("who are you?")).isEqualTo("db-1");

            first.crash();
            assertThatThrownBy(() -> client.ask("who are you?"))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("Connection refused");

            network.names().set("db", second);
            assertThat(client.ask("who are you?")).isEqualTo("db-2");
        }
    }
    // end snippet

    // snippet: reboot-java
    @Test
    void aServerMustBeStartedAgainAfterAReboot(Network network) throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        serve(db);

        try (LineClient client = new LineClient(NetworkSockets.socketFactory(app), "db", 5432)) {
            client.ask("who are you?");

            db.restart(); // connections end, and listeners are gone
            serve(db);

            assertThat(client.ask("who are you?")).isEqualTo("db");
        }
    }
    // end snippet

    /** Answers each line with the host's name, until the network or the host ends. */
    private static void serve(Host host) throws IOException {
        ServerSocket server = NetworkSockets.serverSocketFactory(host).createServerSocket(5432);
        host.network().executor().submit(() -> {
            try (server) {
                while (true) {
                    try (Socket accepted = server.accept()) {
                        reply(accepted, host.name());
                    }
                }
            }
        });
    }

    private static void reply(Socket client, String name) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        while (lines.readLine() != null) {
            client.getOutputStream().write((name + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
