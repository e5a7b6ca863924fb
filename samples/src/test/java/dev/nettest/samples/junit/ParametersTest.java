package dev.nettest.samples.junit;

import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkHost;
import dev.nettest.junit.NetworkTest;
import dev.nettest.socket.NetworkSockets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

// snippet: junit-parameters
@NetworkTest(clock = SELF_ADVANCING)
class ParametersTest {

    @BeforeEach
    void serve(@NetworkHost(name = "pop.test", addresses = "10.0.0.5") Host server) throws Exception {
        server.listen(110).serve(new Script("+OK 2 320"));
    }

    @Test
    void latencyCosts(
            Network network,
            VirtualClock clock,
            @NetworkHost(name = "pop.test") Host server,
            @NetworkHost(name = "app", addresses = "10.0.0.2") Host app)
            throws Exception {
        network.link(app, server).latency(Duration.ofMillis(100));

        int count = new Mailbox(NetworkSockets.socketFactory(app), "pop.test").count();

        assertThat(count).isEqualTo(2);
        assertThat(clock.nanoTime()).isEqualTo(Duration.ofMillis(600).toNanos());
    }
}
// end snippet
