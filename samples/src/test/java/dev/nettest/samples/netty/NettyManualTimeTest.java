package dev.nettest.samples.netty;

import static dev.nettest.junit.NetworkTest.Clock.MANUAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Netty's timeouts on a clock that the test moves: nothing happens a millisecond before its time. */
@NetworkTest(clock = MANUAL)
@Timeout(60)
class NettyManualTimeTest {

    private TimedClients clients;
    private VirtualClock clock;

    @BeforeEach
    void startLoops(Network network, VirtualClock clock) {
        this.clients = new TimedClients(network);
        this.clock = clock;
    }

    @AfterEach
    void stopLoops() {
        clients.close();
    }

    @Runs
    void aTaskInAnHour() {
        assertHappens(clients.task(), "3600");
    }

    // snippet: netty-manual
    @Runs
    void aReadTimeout() {
        CompletableFuture<List<Duration>> timeout = clients.readTimeout();

        clock.advanceTimeBy(Duration.ofMillis(30_079));
        assertThat(timeout).isNotDone();

        clock.advanceTimeBy(Duration.ofMillis(1));
        assertThat(timeout).isCompletedWithValue(Times.seconds("30.08"));
    }
    // end snippet

    @Runs
    void anIdleHandler() {
        assertHappens(clients.idle(), "30.08", "60.12", "90.16");
    }

    @Runs
    void aConnectTimeout() {
        assertHappens(clients.connectTimeout(), "30");
    }

    @Runs
    void reconnects() {
        assertHappens(clients.reconnects(), "0", "1.04", "3.08", "7.12", "15.16", "21.24");
    }

    private void assertHappens(CompletableFuture<List<Duration>> events, String... seconds) {
        List<Duration> times = Times.seconds(seconds);
        clock.advanceTimeBy(times.get(times.size() - 1).minusMillis(1));
        assertThat(events).isNotDone();

        clock.advanceTimeBy(Duration.ofMillis(1));
        assertThat(events).isCompletedWithValue(times);
    }
}
