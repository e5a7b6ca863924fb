package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A report has the faults that fired, also if their endpoint is gone. */
class PastFaultsTest extends NetworkFixture {

    private static final String HEADER = "faults that fired, removed or of closed sockets:";

    /** The lines of a report from the header on, up to the events. The line numbers are replaced. */
    private List<String> pastFaults() {
        return network.failure("mine")
                .getMessage()
                .lines()
                .dropWhile(line -> !line.equals(HEADER))
                .takeWhile(line -> !line.equals("trace:"))
                .map(line -> line.replaceAll("java:\\d+", "java:0"))
                .toList();
    }

    @Test
    void aResetOfAConnectionThatIsClosed() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        Connection client = network.connect("10.0.0.5:80");
        listener.accept();
        client.faults().read(Fault.reset());
        assertThatThrownBy(client.inputStream()::read).hasMessage("Connection reset");
        assertThat(pastFaults()).isEmpty(); // the row of the connection has it

        client.close();

        assertThat(pastFaults())
                .containsExactly(
                        HEADER,
                        "  read reset() on connection 127.0.0.1:49152 -> 10.0.0.5:80 (CLOSED),"
                                + " at PastFaultsTest.java:0, fired 1");
    }

    @Test
    void aFaultOfAClosedListenerAndOfAClosedDatagramEndpoint() throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        listener.faults().write(Fault.slice(1));
        Connection client = network.connect("10.0.0.5:80");
        listener.accept().write(ByteBuffer.allocate(2));
        listener.close();
        client.close();
        DatagramEndpoint endpoint = network.bindDatagram("10.0.0.5:53");
        endpoint.faults().send(Fault.drop());
        endpoint.send(ByteBuffer.allocate(1), endpoint.localAddress());
        endpoint.close();

        assertThat(pastFaults())
                .containsExactly(
                        HEADER,
                        "  write slice(1) on listener 10.0.0.5:80 (CLOSED), at PastFaultsTest.java:0, fired 1",
                        "  send drop() on datagram endpoint 10.0.0.5:53 (CLOSED), at PastFaultsTest.java:0, fired 1");
    }

    @Test
    void aFaultOfAConnectThatFailed() throws Exception {
        network.listen("10.0.0.5:80");
        assertThatThrownBy(() -> network.connect(
                        "10.0.0.5:80", connection -> connection.faults().connect(Fault.refuse())))
                .hasMessage("Connection refused");

        assertThat(pastFaults())
                .containsExactly(
                        HEADER,
                        "  connect refuse() on connection 127.0.0.1:49152 -> 10.0.0.5:80 (CLOSED),"
                                + " at PastFaultsTest.java:0, fired 1");
    }

    @Test
    void aFaultThatWasRemoved() throws Exception {
        ConnectionPair pair = network.pair();
        FaultHandle handle = pair.client().faults().write(Fault.failWith(() -> new IOException("mine")));
        assertThatThrownBy(() -> pair.client().write(ByteBuffer.allocate(1))).hasMessage("mine");

        handle.close();

        assertThat(pastFaults()).hasSize(2).last().asString().contains("write failWith(", "fired 1");
    }

    @Test
    void notOneThatNeverFired() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().faults().read(Fault.reset().optional());
        pair.client().close();

        assertThat(pastFaults()).isEmpty();
    }

    @Test
    void notMoreThanTheLastEight() throws Exception {
        for (int i = 1; i <= 10; i++) {
            ConnectionPair pair = network.pair();
            pair.client().faults().read(Fault.endOfStream());
            assertThat(pair.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            pair.client().close();
        }

        assertThat(pastFaults()).hasSize(10).startsWith(HEADER, "  2 earlier");
    }

    @Test
    void theNoteOnAFailureHasThem() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().faults().read(Fault.reset());
        assertThatThrownBy(() -> pair.client().inputStream().read()).hasMessage("Connection reset");
        pair.client().close();

        AssertionError failure = new AssertionError("mine");
        network.explain(failure);

        assertThat(failure.getSuppressed()[0].getMessage()).contains(HEADER + "\n  read reset() on connection ");
    }
}
