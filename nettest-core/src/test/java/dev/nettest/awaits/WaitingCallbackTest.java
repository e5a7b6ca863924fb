package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.Readiness;
import dev.nettest.Registration;
import dev.nettest.Snapshot.Waiter;
import dev.nettest.WaitingCallback;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The waits that an adapter shows: callbacks with a name, and waits that the network does not know. */
class WaitingCallbackTest extends NetworkFixture {

    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = pair(4);
        client = pair.client();
        server = pair.server();
    }

    private static WaitingCallback callback(Supplier<Waiter> waiter) {
        return new WaitingCallback() {
            @Override
            public void run() {}

            @Override
            public Waiter waiter() {
                return waiter.get();
            }
        };
    }

    private static Waiter coroutine(String name, Connection end) {
        return new Waiter("coroutine \"" + name + '"', "readLine", end, frame(), false);
    }

    private static StackTraceElement frame() {
        return new StackTraceElement("EchoSpec", "invokeSuspend", "EchoSpec.kt", 17);
    }

    private List<String> names() {
        return network.snapshot().waiters().stream().map(Waiter::name).toList();
    }

    // ---- callbacks

    @Test
    void aCallbackIsNamedUntilItRuns() throws Exception {
        client.onReady(Readiness.READABLE, callback(() -> coroutine("c", client)));

        assertThat(network.snapshot().waiters()).containsExactly(coroutine("c", client));
        assertThat(network.snapshot().connections().get(0).waiters()).containsExactly(coroutine("c", client));
        assertThat(network.failure("look"))
                .hasMessageStartingWith("look\nthese wait:\n  coroutine \"c\" in readLine of"
                        + " 127.0.0.1:49153 -> 127.0.0.1:49152, at EchoSpec.kt:17\nProto ");

        Text.write(server, "x");
        assertThat(network.snapshot().waiters()).isEmpty();
    }

    @Test
    void aCancelledCallbackIsNotNamed() {
        Registration registration = client.onReady(Readiness.READABLE, callback(() -> coroutine("c", client)));

        registration.cancel();

        assertThat(network.snapshot().waiters()).isEmpty();
    }

    @Test
    void aPlainCallbackIsNotShown() {
        client.onReady(Readiness.READABLE, () -> {});

        assertThat(network.snapshot().waiters()).isEmpty();
    }

    @Test
    void aCallbackMayWaitNoMore() {
        client.onReady(Readiness.READABLE, callback(() -> null));

        assertThat(network.snapshot().waiters()).isEmpty();
    }

    @Test
    void anExceptionStandsInPlaceOfTheName() {
        client.onReady(Readiness.READABLE, callback(() -> {
            throw new AssertionError("boom\nand more");
        }));
        client.onReady(Readiness.READABLE, callback(() -> coroutine("c", client)));

        assertThat(network.snapshot().waiters())
                .extracting(Waiter::toString)
                .containsExactly(
                        "a callback that threw java.lang.AssertionError: boom in onReady of"
                                + " 127.0.0.1:49153 -> 127.0.0.1:49152",
                        coroutine("c", client).toString());
    }

    @Test
    void aCallbackCannotWaitInTheNetwork() {
        client.onReady(Readiness.READABLE, callback(() -> {
            try {
                client.read(ByteBuffer.allocate(1));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return coroutine("c", client);
        }));

        assertThat(names()).singleElement().asString().startsWith("a callback that threw java.lang.IllegalState");
    }

    @Test
    void aCallbackIsAskedOutsideEveryLock() throws Exception {
        Listener listener = network.listen("10.0.0.1:80");
        client.onReady(Readiness.READABLE, callback(() -> {
            Background.call(() -> Text.write(client, "x") + Text.read(server) + listener.isAcceptable())
                    .result();
            return coroutine("c", client);
        }));

        assertThat(names()).containsExactly("coroutine \"c\"");
    }

    // ---- waits that the network does not know

    @Test
    void aShownWaitStandsInTheRowOfItsSocket() {
        Registration first = network.onSnapshot(client, () -> coroutine("first", client));
        network.onSnapshot(server, () -> coroutine("server", server));
        Registration second = network.onSnapshot(client, () -> coroutine("second", client));
        client.onReady(Readiness.READABLE, callback(() -> coroutine("queued", client)));

        assertThat(names())
                .containsExactly(
                        "coroutine \"queued\"", "coroutine \"first\"", "coroutine \"second\"", "coroutine \"server\"");

        first.cancel();
        first.cancel();
        assertThat(names()).containsExactly("coroutine \"queued\"", "coroutine \"second\"", "coroutine \"server\"");
        second.cancel();
        assertThat(network.snapshot().connections())
                .extracting(row -> row.waiters().size())
                .containsExactly(1, 1);
    }

    @Test
    void aShownWaitWithoutARowComesLast() throws Exception {
        network.onSnapshot(null, () -> coroutine("nowhere", client));
        Connection closed = end();
        network.onSnapshot(closed, () -> coroutine("closed", closed));
        network.onSnapshot(server, () -> coroutine("server", server));
        closed.close();

        assertThat(names()).containsExactly("coroutine \"server\"", "coroutine \"nowhere\"", "coroutine \"closed\"");
    }

    @Test
    void aShownWaitMayThrow() {
        network.onSnapshot(null, () -> {
            throw new IllegalStateException("boom");
        });
        network.onSnapshot(client, () -> {
            throw new IllegalStateException("boom");
        });
        network.onSnapshot(client, () -> null);

        assertThat(network.snapshot().waiters())
                .extracting(Waiter::toString)
                .containsExactly(
                        "a callback that threw java.lang.IllegalStateException: boom in onSnapshot of"
                                + " 127.0.0.1:49153 -> 127.0.0.1:49152",
                        "a callback that threw java.lang.IllegalStateException: boom in onSnapshot of the network");
    }

    @Test
    void aSocketOfAnotherNetworkIsRefused() throws Exception {
        try (Network other = Network.create()) {
            Connection foreign = other.pair().client();

            assertThatThrownBy(() -> network.onSnapshot(foreign, () -> null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a socket of another network: " + foreign);
        }
    }

    @Test
    void theEndOfANetworkAsksNoCallback() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        network.onSnapshot(null, () -> coroutine("c" + asked.incrementAndGet(), client));

        network.close();

        assertThat(asked).hasValue(0);
    }

    @Test
    void waitsBeginAndEndDuringSnapshots() {
        List<Background<Void>> adapters = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Connection at = i == 0 ? client : i == 1 ? server : null;
            adapters.add(Background.run(() -> {
                for (int round = 0; round < 2_000; round++) {
                    network.onSnapshot(at, () -> coroutine("c", client)).cancel();
                }
            }));
        }

        while (!adapters.stream().allMatch(Background::isDone)) {
            assertThat(network.snapshot().waiters()).hasSizeLessThanOrEqualTo(3);
        }

        adapters.forEach(Background::result);
        assertThat(network.snapshot().waiters()).isEmpty();
    }

    // ---- the text

    @Test
    void theTextHasNoPartThatIsUnknown() {
        StackTraceElement noFile = new StackTraceElement("com.example.Echo", "run", null, -1);
        StackTraceElement noNumber = new StackTraceElement("com.example.Echo", "run", "Echo.java", -1);

        assertThat(new Waiter("thread \"t\"", "read", "a -> b", null, false))
                .hasToString("thread \"t\" in read of a -> b");
        assertThat(new Waiter("thread \"t\"", "awaitIdle", "", null, true)).hasToString("thread \"t\" in awaitIdle");
        assertThat(new Waiter("t", "read", "a", noFile, true)).hasToString("t in read of a, at com.example.Echo");
        assertThat(new Waiter("t", "read", "a", noNumber, true)).hasToString("t in read of a, at Echo.java");
        assertThat(new Waiter("t", "connect", server.localAddress(), null, true))
                .hasToString("t in connect of 127.0.0.1:49152");
    }
}
