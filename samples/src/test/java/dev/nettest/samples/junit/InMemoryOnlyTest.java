package dev.nettest.samples.junit;

import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.junit.ForbidRealSockets;
import dev.nettest.junit.NetworkTest;
import dev.nettest.socket.NetworkSockets;
import org.junit.jupiter.api.Test;

// snippet: junit-real-sockets
@NetworkTest(clock = SELF_ADVANCING)
@ForbidRealSockets(allowed = {"127.0.0.1:5432", "org.testcontainers"})
class InMemoryOnlyTest {

    @Test
    void countsTheMessages(Network network) throws Exception {
        network.listen("10.0.0.5:110").serve(new Script("+OK 2 320"));

        Mailbox mailbox = new Mailbox(NetworkSockets.socketFactory(network), "10.0.0.5");

        assertThat(mailbox.count()).isEqualTo(2);
    }
}
// end snippet
