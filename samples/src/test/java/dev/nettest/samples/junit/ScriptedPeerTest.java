package dev.nettest.samples.junit;

import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.ServerHandle;
import dev.nettest.junit.NetworkTest;
import dev.nettest.socket.NetworkSockets;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

// snippet: junit-peer
@NetworkTest(clock = SELF_ADVANCING, config = ScriptedPeerTest.Recorded.class)
class ScriptedPeerTest {

    static class Recorded implements Supplier<NetworkConfig> {
        @Override
        public NetworkConfig get() {
            return NetworkConfig.builder().checks(true).transcripts(true).build();
        }
    }

    @Test
    void asksOnceAndCloses(Network network) throws Exception {
        ServerHandle server = network.listen("10.0.0.5:110").serve(new Script("+OK 2 320"));

        new Mailbox(NetworkSockets.socketFactory(network), "10.0.0.5").count();

        network.awaitUntil(() -> server.connections().stream().noneMatch(Connection::isOpen));
        assertThat(server.connections())
                .singleElement()
                .satisfies(connection -> assertThat(connection.transcript().lines())
                        .containsExactly("> +OK ready\\r\\n", "< STAT\\r\\n", "> +OK 2 320\\r\\n"));
    }
}
// end snippet
