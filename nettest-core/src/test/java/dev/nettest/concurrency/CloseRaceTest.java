package dev.nettest.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Things are made while their network is closed: none of them stays open. */
@Timeout(60)
class CloseRaceTest {
    private static final int ROUNDS = Integer.getInteger("nettest.close.rounds", 1_000);

    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final CyclicBarrier start = new CyclicBarrier(2);

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    @Test
    void noPairStaysOpen() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<ConnectionPair> made = race(Network.create(), Network::pair);
            assertThat(made)
                    .as("round %d", round)
                    .allMatch(pair -> pair.client().isClosed() && pair.server().isClosed());
        }
    }

    @Test
    void noListenerStaysOpen() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<Listener> made = race(Network.create(), Network::listen);
            assertThat(made).as("round %d", round).allMatch(Listener::isClosed);
        }
    }

    @Test
    void noConnectionStaysOpen() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Network network = Network.create();
            Listener listener = network.listen().backlog(10_000);
            assertThat(race(network, any -> listener.connect()))
                    .as("round %d", round)
                    .allMatch(client -> client.isClosed() && client.peer().isClosed());
        }
    }

    @Test
    void noDatagramEndpointStaysOpen() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<DatagramEndpoint> made = race(Network.create(), Network::bindDatagram);
            assertThat(made).as("round %d", round).allMatch(DatagramEndpoint::isClosed);
        }
    }

    @Test
    void noScheduledTaskStays() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            VirtualClock clock = VirtualClock.manual();
            race(
                    Network.create(NetworkConfig.builder().clock(clock).build()),
                    network -> network.executor().schedule(() -> {}, 1, TimeUnit.HOURS));
            assertThat(clock.advanceToNext()).as("round %d", round).isFalse();
        }
    }

    @Test
    void noParticipationMovesTheClock() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            VirtualClock clock = VirtualClock.selfAdvancing();
            race(Network.create(NetworkConfig.builder().clock(clock).build()), Network::participate);
            clock.schedule(1, () -> {});
            try (Network other =
                    Network.create(NetworkConfig.builder().clock(clock).build())) {
                assertThat(other.isIdle()).as("round %d", round).isTrue();
            }
        }
    }

    @FunctionalInterface
    private interface Making<T> {
        T in(Network network) throws IOException;
    }

    /** Makes things in {@code network} until it is closed. */
    private <T> List<T> race(Network network, Making<T> making) throws Exception {
        List<T> made = new ArrayList<>();
        Future<?> maker = pool.submit(() -> {
            start.await();
            try {
                for (int i = 0; i < 1_000; i++) {
                    made.add(making.in(network));
                }
            } catch (SocketException | RejectedExecutionException e) {
                return null; // closed
            }
            return null;
        });
        start.await();
        network.close();
        maker.get();
        return made;
    }
}
