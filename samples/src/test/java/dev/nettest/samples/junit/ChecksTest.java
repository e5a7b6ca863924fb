package dev.nettest.samples.junit;

import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import org.junit.jupiter.api.Test;

// snippet: junit-checks
@NetworkTest
class ChecksTest {

    @Test
    void anAcceptedConnectionThatStaysOpen(Network network) throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        listener.connect();
        listener.accept();

        assertThatThrownBy(network::close) // the extension does this after each test
                .hasMessageStartingWith("never closed:\n  connection 10.0.0.5:80 -> ");
    }

    @Test
    void aFaultThatDidNotFire(Network network) {
        network.faults().read(Fault.reset());

        assertThatThrownBy(network::close).hasMessageStartingWith("declared and never fired");
    }

    @Test
    void aHandlerThatFailed(Network network) throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        listener.serve(connection -> {
            throw new IllegalStateException("no such command");
        });
        Connection client = listener.connect();
        assertThat(client.inputStream().read()).isEqualTo(-1);

        assertThatThrownBy(network::close)
                .hasMessageStartingWith("the handler of 10.0.0.5:80 -> ")
                .hasMessageContaining(" failed: java.lang.IllegalStateException: no such command");
    }

    @Test
    @NetworkTest(clock = SELF_ADVANCING)
    void aWaitThatWasRefused(Network network) throws Exception {
        Connection client = network.pair().client();
        Thread poller = new Thread(() -> readSilently(client), "poller"); // not registered
        poller.start();
        poller.join();

        assertThatThrownBy(network::close).hasMessageStartingWith("a wait was refused: the thread \"poller\"");
    }

    private static void readSilently(Connection client) {
        try {
            client.inputStream().read();
        } catch (Exception swallowed) {
            // as a library does
        }
    }
}
// end snippet
