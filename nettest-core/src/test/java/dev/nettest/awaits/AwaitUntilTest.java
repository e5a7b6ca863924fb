package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Waiting for a condition of the user. */
class AwaitUntilTest extends NetworkFixture {
    private final Network virtual = Network.create(
            NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).build());

    @AfterEach
    void closeVirtual() {
        virtual.close();
    }

    @Test
    void returnsAtOnceIfTheConditionHolds() {
        AtomicInteger evaluations = new AtomicInteger();

        network.awaitUntil(() -> evaluations.incrementAndGet() == 1);
        network.awaitUntil(() -> evaluations.incrementAndGet() == 2, Duration.ZERO);

        assertThat(evaluations).hasValue(2);
    }

    @Test
    void returnsAfterAChangeOfTheNetwork() throws Exception {
        Listener listener = network.listen();
        Background<?> await = Background.run(network, () -> network.awaitUntil(listener::isAcceptable))
                .awaitParked();

        listener.connect();

        await.result();
    }

    @RepeatedTest(20)
    void onASelfAdvancingClockItReturnsAtTheInstantOfTheChange() throws Exception {
        virtual.participate();
        Queue<Integer> received = new ConcurrentLinkedQueue<>();
        Host app = virtual.host("app", "10.0.0.2");
        Host db = virtual.host("db", "10.0.0.5");
        virtual.link(app, db).latency(Duration.ofMillis(20));
        Listener listener = db.listen(5432);
        listener.serve(connection -> {
            for (int value = connection.inputStream().read();
                    value >= 0;
                    value = connection.inputStream().read()) {
                received.add(value);
            }
        });
        Connection client = app.connect("db:5432");
        client.outputStream().write(1);
        virtual.executor().schedule(() -> write(client, 2), 3, TimeUnit.HOURS);

        virtual.awaitUntil(() -> received.size() == 1);
        assertThat(virtual.clock().nanoTime()).isEqualTo(Duration.ofMillis(60).toNanos());
        virtual.awaitUntil(() -> received.size() == 2, Duration.ofHours(4));
        assertThat(virtual.clock().nanoTime())
                .isEqualTo(Duration.ofHours(3).plusMillis(60).toNanos());
    }

    private static void write(Connection client, int value) {
        try {
            client.outputStream().write(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @RepeatedTest(20)
    void aChangeByATimerOfTheTestIsSeenAtItsInstant() {
        virtual.participate();
        AtomicInteger ticks = new AtomicInteger();
        virtual.executor().scheduleAtFixedRate(ticks::incrementAndGet, 1, 1, TimeUnit.MINUTES);

        virtual.awaitUntil(() -> ticks.get() == 7, Duration.ofHours(1));

        assertThat(virtual.clock().nanoTime()).isEqualTo(Duration.ofMinutes(7).toNanos());
    }

    @Test
    void itReturnsWhenTheTestMovesAManualClock() throws Exception {
        try (Network manual = Network.create(
                NetworkConfig.builder().clocks(VirtualClock::manual).build())) {
            VirtualClock clock = (VirtualClock) manual.clock();
            AtomicInteger fired = new AtomicInteger();
            clock.schedule(Duration.ofHours(1).toNanos(), fired::incrementAndGet);
            Background<?> await = Background.run(
                            manual, () -> manual.awaitUntil(() -> fired.get() == 1, Duration.ofHours(2)))
                    .awaitParked();

            clock.advanceTimeBy(Duration.ofHours(1));

            await.result();
        }
    }

    @Test
    void theFailureNamesTheLineAndShowsTheNetwork() throws Exception {
        virtual.participate();
        virtual.listen("10.0.0.5:80");

        assertThatThrownBy(() -> virtual.awaitUntil(() -> false, Duration.ofMillis(5)))
                .isInstanceOf(AssertionError.class)
                .message()
                .matches("(?s)after 5 ms still waiting for the condition at"
                        + " AwaitUntilTest\\.java:\\d+\n.*"
                        + "10\\.0\\.0\\.5:80.*");
    }

    @Test
    void theLimitIsOnTheNetworksClock() {
        virtual.participate();

        assertThatThrownBy(() -> virtual.awaitUntil(() -> false, Duration.ofHours(5)))
                .hasMessageStartingWith("after 300 min still waiting for the condition at ");
        assertThat(virtual.clock().nanoTime()).isEqualTo(Duration.ofHours(5).toNanos());
    }

    @Test
    void aClosedNetworkAndAnInterruptEndIt() throws Exception {
        Background<?> await =
                Background.run(network, () -> network.awaitUntil(() -> false)).awaitParked();
        network.shutdown();

        assertThat(await.failure())
                .hasMessageStartingWith("the network was closed while waiting for the condition at ");

        Thread.currentThread().interrupt();
        try {
            virtual.participate();
            assertThatThrownBy(() -> virtual.awaitUntil(() -> false))
                    .hasMessageStartingWith("interrupted while waiting for the condition at ");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void anExceptionOfTheConditionIsThrown() {
        IllegalStateException thrown = new IllegalStateException("broken");

        assertThatThrownBy(() -> network.awaitUntil(() -> {
                    throw thrown;
                }))
                .isSameAs(thrown);
        assertThatThrownBy(() -> network.awaitUntil(() -> true, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> network.awaitUntil(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("condition");
    }
}
