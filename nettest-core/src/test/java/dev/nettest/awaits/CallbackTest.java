package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Readiness;
import dev.nettest.Registration;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code onReady}: when a callback runs, how often, and what it may do. */
class CallbackTest extends NetworkFixture {
    private Connection client;
    private Connection server;
    private final AtomicInteger called = new AtomicInteger();

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = pair(4);
        client = pair.client();
        server = pair.server();
    }

    @Test
    void runsOnceAtOnceIfTheConditionHolds() throws Exception {
        client.onReady(Readiness.WRITABLE, called::incrementAndGet);
        assertThat(called).hasValue(1);

        Text.write(client, "abcd");
        Text.read(server);

        assertThat(called).hasValue(1);
    }

    @Test
    void runsOnceWhenTheConditionBeginsToHold() throws Exception {
        client.onReady(Readiness.READABLE, called::incrementAndGet);
        assertThat(called).hasValue(0);

        Text.write(server, "a");
        Text.write(server, "b");

        assertThat(called).hasValue(1);
    }

    @Test
    void runsOnceForTheFirstOfSeveralConditions() throws Exception {
        Text.write(client, "abcd");
        client.onReady(Set.of(Readiness.READABLE, Readiness.WRITABLE), called::incrementAndGet);
        assertThat(called).hasValue(0);

        Text.read(server);
        Text.write(server, "x");

        assertThat(called).hasValue(1);
    }

    @Test
    void everyReadinessOfAConnectionOccurs() throws Exception {
        Text.write(client, "abcd");
        List<Readiness> come = new ArrayList<>();
        for (Readiness op : EnumSet.complementOf(EnumSet.of(Readiness.ACCEPTABLE))) {
            client.onReady(op, () -> come.add(op));
        }
        assertThat(come).containsExactly(Readiness.WRITE_BLOCKED);

        Text.read(server);
        assertThat(come).containsExactlyInAnyOrder(Readiness.WRITE_BLOCKED, Readiness.WRITABLE, Readiness.DRAINED);
        server.close();
        client.close();

        assertThat(come).hasSize(7).doesNotHaveDuplicates();
    }

    @Test
    void cancelledCallbackDoesNotRun() throws Exception {
        Registration registration = client.onReady(Readiness.READABLE, called::incrementAndGet);
        registration.cancel();
        registration.cancel();

        Text.write(server, "a");

        assertThat(called).hasValue(0);
    }

    @Test
    void closeRunsReadAndWriteCallbacks() throws Exception {
        Text.write(client, "abcd");
        client.onReady(Readiness.READABLE, called::incrementAndGet);
        client.onReady(Readiness.WRITABLE, called::incrementAndGet);
        client.onReady(Readiness.CLOSED, called::incrementAndGet);

        client.close();

        assertThat(called).hasValue(3);
    }

    @Test
    void callbacksRunInOrderOfRegistration() throws Exception {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            client.onReady(Readiness.READABLE, () -> order.add(number));
        }

        Text.write(server, "a");

        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void throwingCallbackAffectsNoOther() throws Exception {
        List<Throwable> uncaught = new ArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
        try {
            IllegalStateException thrown = new IllegalStateException("callback");
            client.onReady(Readiness.READABLE, () -> {
                throw thrown;
            });
            client.onReady(Readiness.READABLE, called::incrementAndGet);

            assertThat(Text.write(server, "abc")).isEqualTo(3);

            assertThat(called).hasValue(1);
            assertThat(uncaught).containsExactly(thrown);
            assertThat(Text.read(client)).isEqualTo("abc");
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(before);
        }
    }

    @Test
    void throwingHandlerStopsNoOtherCallback() throws Exception {
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {
            throw new IllegalStateException("handler");
        });
        try {
            client.onReady(Readiness.READABLE, () -> {
                throw new IllegalStateException("callback");
            });
            client.onReady(Readiness.READABLE, called::incrementAndGet);
            Text.write(server, "abc");
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(before);
        }

        assertThat(called).hasValue(1);
    }

    @Test
    void callbackMayReadWriteAndRegisterAgain() throws Exception {
        List<String> read = new ArrayList<>();
        readOn(server, read);

        for (String part : List.of("ab", "cd", "ef")) {
            Text.write(client, part);
        }

        assertThat(read).containsExactly("ab", "cd", "ef");
    }

    @Test
    void aLongChainDoesNotEatTheStack() {
        int depth = 100_000;
        chain(depth);

        assertThat(called).hasValue(depth);
    }

    @Test
    void aLongChainOverManyConnectionsDoesNotEatTheStack() throws Exception {
        List<ConnectionPair> pairs = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            pairs.add(network.pair());
        }
        for (int i = 0; i < pairs.size() - 1; i++) {
            ConnectionPair here = pairs.get(i);
            ConnectionPair next = pairs.get(i + 1);
            here.server().onReady(Readiness.READABLE, () -> {
                tryWrite(next.client());
                called.incrementAndGet();
            });
        }

        Text.write(pairs.get(0).client(), "x");

        assertThat(called).hasValue(pairs.size() - 1);
        assertThat(pairs.get(pairs.size() - 1).server().isReadable()).isTrue();
    }

    private void chain(int left) {
        if (left > 0) {
            client.onReady(Readiness.WRITABLE, () -> {
                called.incrementAndGet();
                chain(left - 1);
            });
        }
    }

    private static void readOn(Connection connection, List<String> read) {
        connection.onReady(Readiness.READABLE, () -> {
            String part = read(connection);
            if (!part.equals(Text.END)) {
                read.add(part);
                readOn(connection, read);
            }
        });
    }

    private static String read(Connection connection) {
        try {
            return Text.tryRead(connection);
        } catch (ClosedChannelException e) {
            return Text.END; // the test is over
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void tryWrite(Connection connection) {
        try {
            Text.tryWrite(connection, "x");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
