package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Readiness;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A wait inside a callback of the network would block the thread it waits for, so it is refused. */
class WaitingInCallbackTest extends NetworkFixture {
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = pair(4);
        client = pair.client();
        server = pair.server();
    }

    @Test
    void waitInACallbackIsRefused() throws Exception {
        List<Throwable> refused = new ArrayList<>();
        Listener listener = network.listen().backlog(1);
        client.onReady(Readiness.WRITABLE, () -> {
            refused.add(thrown(() -> client.awaitReadable()));
            refused.add(thrown(() -> Text.read(client)));
            refused.add(thrown(() -> Text.write(client, "more than fits")));
            refused.add(thrown(listener::accept));
            refused.add(thrown(() -> network.awaitListening("10.0.0.1:80")));
            refused.add(thrown(() -> clock.sleep(SECOND)));
        });

        assertThat(refused)
                .hasSize(6)
                .allSatisfy(thrown -> assertThat(thrown)
                        .isExactlyInstanceOf(IllegalStateException.class)
                        .hasMessage("waiting inside a callback of the network: a connect hook, a fault's predicate or"
                                + " supplier and an onReady callback must return at once; use the try... or when..."
                                + " forms there"));
        assertThat(Text.read(server)).isEqualTo("more");
        Text.write(client, "next");
        assertThat(Text.read(server)).isEqualTo("next");
    }

    @Test
    void connectThatWouldWaitInACallbackFails() throws Exception {
        Listener listener = network.listen().backlog(1);
        listener.connect();
        listener.connect();
        List<Throwable> refused = new ArrayList<>();

        client.onReady(Readiness.WRITABLE, () -> refused.add(thrown(listener::connect)));

        assertThat(refused).hasSize(1).first().isInstanceOf(IllegalStateException.class);
        listener.accept();
        listener.accept();
        assertThat(listener.tryAccept()).isNull();
        assertThat(network.snapshot().connections()).hasSize(6);
    }

    @Test
    void waitInAConnectHookIsRefused() throws Exception {
        Listener listener = network.listen();

        assertThatThrownBy(() -> listener.connect(dialling -> listener.awaitAcceptable()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> listener.connect(dialling -> dialling.awaitReadable()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(listener.isAcceptable()).isFalse();
    }

    @Test
    void waitInASupplierIsRefused() {
        client.faults().read(Fault.failWith(() -> {
            client.awaitReadable(3);
            return new IOException("never");
        }));

        assertThatThrownBy(() -> Text.read(client)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void conditionThatHoldsNeedsNoWait() throws Exception {
        Text.write(server, "abc");
        List<String> read = new ArrayList<>();

        client.onReady(Readiness.READABLE, () -> {
            client.awaitReadable(3);
            read.add(read(client));
        });

        assertThat(read).containsExactly("abc");
    }

    private static String read(Connection connection) {
        try {
            return Text.tryRead(connection);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Throwable thrown(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return org.assertj.core.api.Assertions.catchThrowable(call);
    }
}
