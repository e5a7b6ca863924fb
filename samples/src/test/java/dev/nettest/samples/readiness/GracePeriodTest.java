package dev.nettest.samples.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.server.InMemory;
import dev.nettest.samples.server.Server;
import java.time.Duration;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The grace period of a server, on a clock that the test moves. */
class GracePeriodTest {

    private final VirtualClock clock = VirtualClock.manual();

    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(
            NetworkConfig.builder().clock(clock).checks(true).build());

    // snippet: grace-period-java
    @Test
    void aConversationIsClosedAfterAMinute(Network network) throws Exception {
        Listener listener = network.listen();
        Server server = echoServer(network);
        Future<?> running = network.executor().submit(() -> server.run(InMemory.acceptor(listener)));
        Connection client = listener.connect();
        client.outputStream().write('a');
        client.awaitReadable();

        server.stop();
        clock.advanceTimeBy(Duration.ofSeconds(59));
        assertThat(running).isNotDone();

        clock.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(running).isDone();
        assertThat(client.inputStream().readAllBytes()).containsExactly('a');
    }
    // end snippet

    @Test
    void theServerEndsWithItsLastConversation(Network network) throws Exception {
        Listener listener = network.listen();
        Server server = echoServer(network);
        Future<?> running = network.executor().submit(() -> server.run(InMemory.acceptor(listener)));
        Connection client = listener.connect();
        client.outputStream().write('a');
        client.awaitReadable();

        server.stop();
        clock.advanceTimeBy(Duration.ofSeconds(30));
        client.close();
        clock.advanceTimeBy(Duration.ZERO);

        assertThat(running).isDone();
    }

    private static Server echoServer(Network network) {
        return new Server(
                (client, input, output) -> input.transferTo(output), network.newExecutor(), Duration.ofMinutes(1));
    }
}
