package dev.nettest.samples.readiness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.server.Handler;
import dev.nettest.samples.server.InMemory;
import dev.nettest.samples.server.Server;
import dev.nettest.samples.server.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server with a blocking {@code run} on another thread: how to await its start and its end. */
@ExtendWith(NetworkExtension.class)
class ReadinessTest {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("10.0.0.5", 7);
    private static final Handler ECHO = (client, input, output) -> input.transferTo(output);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Server server = new Server(ECHO, Executors.newCachedThreadPool(), Duration.ofMinutes(1));

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    // snippet: readiness-java
    @Test
    void theClientConnectsAsSoonAsTheServerListens(Network network) throws Exception {
        Future<?> running = start(InMemory.transport(network));

        Listener listener = network.awaitListening(ADDRESS, running);

        assertThat(answer(listener.connect())).isEqualTo("hello");
    }
    // end snippet

    @Test
    void aServerThatCannotBindFailsTheTestWithItsOwnException(Network network) {
        BindException denied = new BindException("Permission denied");
        Future<?> running = start(address -> {
            throw denied;
        });

        assertThatThrownBy(() -> network.awaitListening(ADDRESS, running)).isSameAs(denied);
    }

    @Test
    void aServerThatEndsBeforeItListensFailsTheTestAtOnce(Network network) throws Exception {
        server.stop();
        Future<?> running = start(InMemory.transport(network));

        assertThatThrownBy(() -> network.awaitListening(ADDRESS, running))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("the server ended before it listened on 10.0.0.5:7");
    }

    @Test
    void anAddressInUseIsRefused(Network network) throws Exception {
        network.listen(ADDRESS);

        assertThatThrownBy(() -> server.run(InMemory.transport(network), ADDRESS))
                .isInstanceOf(BindException.class)
                .hasMessage("Address already in use");
    }

    @Test
    void aServerMayRunOnAnExistingListener(Network network) throws Exception {
        Listener listener = network.listen();
        threads.submit(() -> server.run(InMemory.acceptor(listener)));

        assertThat(answer(listener.connect())).isEqualTo("hello"); // a connect before the accept is no race
    }

    @Test
    void stoppingLetsAConversationFinish(Network network) throws Exception {
        Future<?> running = start(InMemory.transport(network));
        Connection client = network.awaitListening(ADDRESS, running).connect();
        client.outputStream().write('a');
        client.awaitReadable();

        server.stop();

        assertThatThrownBy(() -> network.connect(ADDRESS)).isInstanceOf(ConnectException.class);
        assertThat(answer(client)).isEqualTo("ahello");
        running.get();
    }

    @Test
    void cancellingClosesEveryConversation(Network network) throws Exception {
        Future<?> running = start(InMemory.transport(network));
        Listener listener = network.awaitListening(ADDRESS, running);
        Connection client = listener.connect();
        client.outputStream().write('a');
        client.awaitReadable();

        running.cancel(true);

        listener.awaitClosed();
        client.awaitPeerClosed();
    }

    private Future<?> start(Transport transport) {
        return threads.submit(() -> server.run(transport, ADDRESS));
    }

    private static String answer(Connection client) throws IOException {
        client.outputStream().write("hello".getBytes(UTF_8));
        client.shutdownOutput();
        return new String(client.inputStream().readAllBytes(), UTF_8);
    }
}
