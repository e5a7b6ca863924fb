package dev.nettest.samples.junit;

import static dev.nettest.junit.NetworkTest.Scope.CLASS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import dev.nettest.socket.NetworkSockets;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

// snippet: junit-class
@NetworkTest(scope = CLASS)
class SharedNetworkTest {

    private final Mailbox mailbox;

    SharedNetworkTest(Network network) {
        mailbox = new Mailbox(NetworkSockets.socketFactory(network), "10.0.0.5");
    }

    @BeforeAll
    static void serve(Network network) throws Exception {
        network.listen("10.0.0.5:110").serve(new Script("+OK 2 320"));
    }

    @Test
    void counts() throws Exception {
        assertThat(mailbox.count()).isEqualTo(2);
    }

    @Test
    void countsAgain() throws Exception {
        assertThat(mailbox.count()).isEqualTo(2);
    }
}
// end snippet
