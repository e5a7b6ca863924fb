package dev.nettest.samples.junit;

import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.ServerHandle;
import dev.nettest.Transcript;
import dev.nettest.junit.NetworkTest;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.trace.GoldenFile;
import org.junit.jupiter.api.Test;

// snippet: junit-golden
@NetworkTest(clock = SELF_ADVANCING, config = ScriptedPeerTest.Recorded.class)
class GoldenTranscriptTest {

    @Test
    void theConversationStaysTheSame(Network network) throws Exception {
        ServerHandle server = network.listen("10.0.0.5:110").serve(new Script("+OK 2 320"));

        new Mailbox(NetworkSockets.socketFactory(network), "10.0.0.5").count();

        network.awaitUntil(() -> server.connections().stream().noneMatch(Connection::isOpen));
        Transcript transcript = server.connections().get(0).transcript();
        GoldenFile.of("golden/mailbox.txt").check(transcript);
        GoldenFile.of("golden/mailbox.hex").check(transcript.hex());
    }
}
// end snippet
