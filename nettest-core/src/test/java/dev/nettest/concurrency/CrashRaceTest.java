package dev.nettest.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Binding;
import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Readiness;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A crash on one thread, a restart on another, and threads that listen, bind and connect meanwhile. */
@Timeout(60)
class CrashRaceTest extends NetworkFixture {
    private static final int ROUNDS = Integer.getInteger("nettest.crash.rounds", 1_000);
    private static final int THREADS = 3;

    private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    private final CyclicBarrier start = new CyclicBarrier(THREADS);
    private final Queue<Listener> listeners = new ConcurrentLinkedQueue<>();
    private final Host db = network.host("db", "10.0.0.5");

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    @Test
    void oneListenerIsLeftAtAnAddress() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            race(this::crash, this::restartAndListen, () -> listeners.add(db.listen(80)));
            assertOneIsOpen(round);
        }
    }

    @Test
    void oneListenerIsLeftAtTheAddressOfABinding() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Binding binding = db.bind(new InetSocketAddress("10.0.0.5", 80));
            race(this::crash, this::restartAndListen, () -> listeners.add(binding.listen()));
            binding.close();
            assertOneIsOpen(round);
        }
    }

    @Test
    void aClosedBindingFreesOnlyItsOwnAddress() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Binding binding = db.bind(new InetSocketAddress("10.0.0.5", 80));
            race(this::crash, this::restartAndListen, () -> {
                binding.close();
                return null;
            });
            assertOneIsOpen(round);
        }
    }

    @Test
    void whatIsMadeAfterTheRestartStaysOpen() throws Exception {
        List<DatagramEndpoint> endpoints = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            db.listen(80);
            db.listen(90);
            db.bindDatagram("db:80");
            race(
                    this::crash,
                    () -> {
                        while (db.isUp()) {
                            Thread.onSpinWait();
                        }
                        db.restart();
                        listeners.add(db.listen(80));
                        listeners.add(db.listen(90));
                        return endpoints.add(db.bindDatagram("db:80"));
                    },
                    () -> null);
            assertThat(listeners).as("round %d", round).hasSize(2).noneMatch(Listener::isClosed);
            assertThat(endpoints).as("round %d", round).hasSize(1).noneMatch(DatagramEndpoint::isClosed);
            db.restart();
            listeners.clear();
            endpoints.clear();
        }
    }

    @Test
    void noConnectionOfBeforeTheCrashStaysOpen() throws Exception {
        Listener server = network.listen("localhost:80");
        Queue<Connection> connections = new ConcurrentLinkedQueue<>();
        for (int round = 0; round < ROUNDS; round++) {
            race(
                    this::crash,
                    () -> connections.add(db.connect("localhost:80")),
                    () -> connections.add(db.connect("localhost:80")));
            assertThat(connections).as("round %d", round).allMatch(Connection::isClosed);
            connections.clear();
            db.restart();
            for (Connection queued = server.tryAccept(); queued != null; queued = server.tryAccept()) {
                queued.close();
            }
        }
    }

    /** A listener that a callback of the crash makes after a restart stays open. */
    @Test
    void aCallbackOfACrashMayRestart() throws Exception {
        Listener first = db.listen(80);
        db.listen(90);
        first.onReady(Readiness.CLOSED, () -> {
            try {
                db.restart();
                listeners.add(db.listen(80));
                listeners.add(db.listen(90));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });

        db.crash();

        assertThat(listeners).hasSize(2).noneMatch(Listener::isClosed);
    }

    private Void crash() {
        db.crash();
        return null;
    }

    private boolean restartAndListen() throws IOException {
        db.restart();
        return listeners.add(db.listen(80));
    }

    /** Runs {@code parts} at once. A part may find the host down, or the address in use. */
    private void race(Callable<?>... parts) throws Exception {
        List<Future<?>> running = new ArrayList<>();
        for (Callable<?> part : parts) {
            running.add(pool.submit(() -> {
                start.await();
                try {
                    part.call();
                } catch (IOException e) {
                    assertThat(e).hasMessageMatching("Network is down.*|Address already in use|Socket closed");
                }
                return null;
            }));
        }
        for (Future<?> part : running) {
            part.get();
        }
    }

    /** At most one listener at an address is open. Its address is free after a crash. */
    private void assertOneIsOpen(int round) throws IOException {
        assertThat(listeners)
                .as("round %d", round)
                .filteredOn(listener -> !listener.isClosed())
                .hasSizeLessThan(2);
        db.restart();
        db.listen(80).close();
        listeners.clear();
    }
}
