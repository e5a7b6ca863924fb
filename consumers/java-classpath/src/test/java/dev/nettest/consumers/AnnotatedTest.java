package dev.nettest.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkHost;
import dev.nettest.junit.NetworkTest;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@NetworkTest(scope = NetworkTest.Scope.CLASS, clock = NetworkTest.Clock.SELF_ADVANCING, seed = 42)
class AnnotatedTest {
    private static Network shared;

    @BeforeAll
    static void keep(Network network) {
        shared = network;
    }

    @Test
    void theClassHasOneNetwork(Network network) {
        assertEquals(shared, network);
        assertEquals(42, network.seed());
    }

    @Test
    void hostsAndTheClockAreParameters(
            VirtualClock clock,
            @NetworkHost(name = "app", addresses = "10.0.0.2") Host app,
            @NetworkHost(name = "db", addresses = "10.0.0.5") Host db)
            throws Exception {
        Duration before = Duration.ofNanos(clock.nanoTime());
        try (Listener listener = db.listen(5432);
                Connection client = app.connect("db:5432");
                Connection server = listener.accept()) {
            client.readTimeout(Duration.ofMinutes(1));

            assertThrows(SocketTimeoutException.class, () -> client.inputStream().read());
            assertEquals(before.plusMinutes(1), Duration.ofNanos(clock.nanoTime()));
            assertEquals(client.remoteAddress(), server.localAddress());
        }
    }

    @TestFactory
    Stream<DynamicTest> aFactoryHasTheNetworkToo(Network network) {
        return Stream.of("a", "b").map(name -> dynamicTest(name, () -> assertEquals(shared, network)));
    }

    @Nested
    @NetworkTest(scope = NetworkTest.Scope.METHOD)
    class Repetitions {
        @RepeatedTest(3)
        void haveSeedsOfTheirOwn(Network network, RepetitionInfo repetition) {
            assertEquals(41 + repetition.getCurrentRepetition(), network.seed());
        }
    }
}
