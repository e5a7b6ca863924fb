package dev.nettest.samples.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.server.InMemory;
import dev.nettest.samples.server.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A store with several clients, some of them faulty. */
@ExtendWith(NetworkExtension.class)
class StoreHandlerTest {

    private Listener listener;

    @BeforeEach
    void startServer(Network network) throws Exception {
        listener = network.listen("10.0.0.5:6379");
        Server server = new Server(new StoreHandler(new Store()), network.newExecutor(), Duration.ZERO);
        network.executor().submit(() -> server.run(InMemory.acceptor(listener)));
    }

    @Test
    void clientsShareOneStore() throws Exception {
        Client writer = new Client(listener.connect());
        Client reader = new Client(listener.connect());

        assertThat(writer.ask("SET motto nothing to wait for")).isEqualTo("OK");
        assertThat(reader.ask("GET motto")).isEqualTo("VALUE nothing to wait for");
        assertThat(reader.ask("DELETE motto")).isEqualTo("VALUE nothing to wait for");
        assertThat(writer.ask("GET motto")).isEqualTo("NONE");
        assertThat(writer.ask("STEAL motto")).isEqualTo("ERROR no such command: STEAL motto");
    }

    // snippet: pipelining-java
    @Test
    void commandsMayArriveTogetherWithTheEndOfTheStream() throws Exception {
        Connection client = listener.connect();

        client.outputStream().write("SET a 1\nSET b 2\nGET a\nGET b".getBytes(UTF_8));
        client.shutdownOutput();

        assertThat(client.inputStream()).hasContent("OK\nOK\nVALUE 1\nVALUE 2\n");
    }
    // end snippet

    // snippet: slow-reader-java
    @Test
    void aClientThatDoesNotReadDoesNotBlockOthers() throws Exception {
        Connection lazy = listener.connect(client -> client.receiveBufferSize(1));
        lazy.outputStream().write("SET a 1\n".getBytes(UTF_8));
        lazy.peer().awaitWriteBlocked();

        assertThat(new Client(listener.connect()).ask("GET a")).isEqualTo("VALUE 1");

        assertThat(new Client(lazy).ask("GET a")).isEqualTo("OK");
    }
    // end snippet

    @Test
    void aResetDoesNotAffectOtherClients() throws Exception {
        Client rude = new Client(listener.connect());
        Client polite = new Client(listener.connect());
        assertThat(rude.ask("SET a 1")).isEqualTo("OK");

        rude.connection().reset();
        rude.connection().peer().awaitClosed();

        assertThat(polite.ask("GET a")).isEqualTo("VALUE 1");
    }

    /** A client of the store: sends a line, receives a line. */
    private record Client(Connection connection, BufferedReader replies) {

        Client(Connection connection) {
            this(connection, new BufferedReader(new InputStreamReader(connection.inputStream(), UTF_8)));
        }

        String ask(String command) throws IOException {
            connection.outputStream().write((command + "\n").getBytes(UTF_8));
            return replies.readLine();
        }
    }
}
