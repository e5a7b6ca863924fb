package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.Operation;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code matching}: the operation that the predicate sees, and the effect of its exceptions. */
class PredicateTriggerTest extends NetworkFixture {
    private Connection client;
    private Connection server;
    private final List<Operation> seen = new ArrayList<>();

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = network.pair();
        client = pair.client();
        server = pair.server();
    }

    @Test
    void itSeesEachOperationOnceWithNumberAndOffset() throws Exception {
        client.faults().read(boom().matching(operation -> !seen.add(operation)));
        Text.write(server, "abcdef");
        Text.read(client, 2);
        Text.read(client, 3);
        Text.tryRead(client);
        Text.tryRead(client);

        assertThat(seen)
                .containsExactly(
                        operation(Operation.Kind.READ, 1, 0),
                        operation(Operation.Kind.READ, 2, 2),
                        operation(Operation.Kind.READ, 3, 5),
                        operation(Operation.Kind.READ, 4, 6));
    }

    @Test
    void itSeesWritesToo() throws Exception {
        client.faults().write(boom().matching(operation -> !seen.add(operation)));
        Text.write(client, "abc");
        Text.tryWrite(client, "de");

        assertThat(seen)
                .containsExactly(
                        operation(Operation.Kind.WRITE, 1, 0),
                        operation(Operation.Kind.WRITE, 2, 3),
                        operation(Operation.Kind.WRITE, 3, 5));
    }

    @Test
    void numberAndOffsetCountFromTheInstallation() throws Exception {
        client.faults().read(Fault.slice(1).optional().nth(1000));
        Text.write(server, "abcdef");
        Text.read(client, 2);

        client.faults().read(boom().matching(operation -> !seen.add(operation)));
        Text.read(client, 1);

        assertThat(seen).containsExactly(operation(Operation.Kind.READ, 1, 0), operation(Operation.Kind.READ, 2, 1));
    }

    @Test
    void itCanSelectByNumber() throws Exception {
        client.faults().write(boom().matching(operation -> operation.number() == 2));

        Text.write(client, "a");
        assertThatThrownBy(() -> Text.write(client, "b")).hasMessage("boom");
        Text.write(client, "c");
    }

    @Test
    void itCanSelectByPeer() throws Exception {
        Listener listener = network.listen();
        listener.faults()
                .read(boom().matching(operation ->
                        operation.remoteAddress().toString().startsWith("/10.0.0.9:")));
        Connection good = listener.connect();
        Connection bad = listener.connect(dialling -> dialling.localAddress("10.0.0.9:0"));

        assertThat(Text.tryRead(good.peer())).isEmpty();
        assertThatThrownBy(() -> Text.tryRead(bad.peer())).hasMessage("boom");
    }

    @Test
    void forAnAcceptBothAddressesAreTheListeners() throws Exception {
        Listener listener = network.listen("10.0.0.1:80");
        listener.faults().accept(boom().matching(operation -> !seen.add(operation)));
        listener.connect();
        listener.accept();

        assertThat(seen)
                .containsExactly(
                        new Operation(
                                Operation.Kind.ACCEPT, 1, 0, -1, listener.localAddress(), listener.localAddress()),
                        new Operation(
                                Operation.Kind.ACCEPT, 2, 0, -1, listener.localAddress(), listener.localAddress()));
    }

    @Test
    void otherTriggersCountAcceptedOperations() throws Exception {
        client.faults()
                .write(boom().matching(operation -> operation.offset() >= 2).nth(2));

        Text.write(client, "ab");
        Text.write(client, "c");
        assertThatThrownBy(() -> Text.write(client, "d")).hasMessage("boom");
        Text.write(client, "d");
    }

    @Test
    void itsExceptionFailsTheOperation() throws Exception {
        IllegalArgumentException thrown = new IllegalArgumentException("predicate");
        client.faults().read(boom().matching(operation -> {
            throw thrown;
        }));
        Text.write(server, "abc");

        assertThatThrownBy(() -> Text.read(client)).isSameAs(thrown);
        assertThatThrownBy(() -> Text.read(client)).isSameAs(thrown);
    }

    @Test
    void itsErrorReachesTheCaller() {
        AssertionError thrown = new AssertionError("predicate");
        client.faults()
                .write(boom().matching(operation -> {
                            throw thrown;
                        })
                        .once());

        assertThatThrownBy(() -> Text.write(client, "abc")).isSameAs(thrown);
        assertThat(network.isClosed()).isFalse();
    }

    @Test
    void itsExceptionStaysWhenAnotherFaultIsInstalled() {
        IllegalArgumentException thrown = new IllegalArgumentException("predicate");
        int[] asked = {0};
        client.faults().write(boom().matching(operation -> {
            asked[0]++;
            throw thrown;
        }));

        client.faults().write(Fault.stall().nth(1000).optional());

        assertThatThrownBy(() -> Text.write(client, "abc")).isSameAs(thrown);
        assertThat(asked[0]).isEqualTo(2);
    }

    @Test
    void itCanUseTheNetworkWithoutWaiting() throws Exception {
        client.faults()
                .read(boom().matching(operation -> {
                            client.isReadable();
                            network.snapshot();
                            tryWrite(server, "x");
                            return false;
                        })
                        .optional());

        assertThat(Text.read(client)).startsWith("x");
    }

    @Test
    void waitingInItIsRefused() {
        client.faults().write(boom().matching(operation -> {
            server.awaitReadable();
            return false;
        }));

        assertThatThrownBy(() -> Text.write(client, "abc"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("waiting inside a callback of the network");
    }

    @Test
    void aSupplierCanThrow() throws Exception {
        UnsupportedOperationException thrown = new UnsupportedOperationException("supplier");
        FaultHandle handle = client.faults().read(Fault.failWith(() -> {
            throw thrown;
        }));

        assertThatThrownBy(() -> Text.read(client)).isSameAs(thrown);
        handle.close();
        Text.write(server, "usable");
        assertThat(Text.read(client)).isEqualTo("usable");
    }

    @Test
    void aSupplierOfNullOrAForeignExceptionIsReported() {
        client.faults().read(Fault.failWith(() -> null));
        client.faults().write(Fault.failWith(() -> new InterruptedException("foreign")));

        assertThatThrownBy(() -> Text.read(client))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the supplier of Fault.failWith gave null");
        assertThatThrownBy(() -> Text.write(client, "x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Fault.failWith gave a checked exception that no network operation throws")
                .hasCauseExactlyInstanceOf(InterruptedException.class);
    }

    private Operation operation(Operation.Kind kind, long number, long offset) {
        return new Operation(kind, number, offset, -1, client.localAddress(), server.localAddress());
    }

    private static void tryWrite(Connection connection, String text) {
        try {
            Text.tryWrite(connection, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Fault boom() {
        return Fault.failWith(() -> new IOException("boom"));
    }
}
