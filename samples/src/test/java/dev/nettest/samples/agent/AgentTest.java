package dev.nettest.samples.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import java.net.BindException;
import java.net.ConnectException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A daemon on a Unix domain socket, without a file on a disk. */
@ExtendWith(NetworkExtension.class)
class AgentTest {

    // snippet: agent-java
    @Test
    void theClientWaitsForTheAgentAndSurvivesIt(Network network) throws Exception {
        Future<?> agent = network.executor().submit(() -> serveOne(network));
        network.awaitListening("unix:/run/agent.sock", agent);

        Connection connection = network.connect("unix:/run/agent.sock");
        AgentClient client = new AgentClient(connection.inputStream(), connection.outputStream());
        assertThat(client.sign("release")).contains("signed release");

        connection.peer().close(); // the agent ends
        assertThat(client.sign("another")).isEmpty(); // the first write gets a broken pipe
    }
    // end snippet

    private static Void serveOne(Network network) throws Exception {
        try (Listener listener = network.listen("unix:/run/agent.sock");
                Connection client = listener.accept()) {
            Agent.serve(client.inputStream(), client.outputStream());
        }
        return null;
    }

    // snippet: stale-path-java
    @Test
    void aStalePathMustBeRemovedAfterACrash(Network network) throws Exception {
        Host machine = network.host("machine", "10.0.0.5");
        machine.listen("unix:/run/agent.sock");
        machine.restart();

        assertThatThrownBy(() -> machine.connect("unix:/run/agent.sock"))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThatThrownBy(() -> machine.listen("unix:/run/agent.sock"))
                .isInstanceOf(BindException.class)
                .hasMessage("Address already in use");

        machine.unlink("unix:/run/agent.sock"); // like Files.deleteIfExists on a disk
        assertThat(machine.listen("unix:/run/agent.sock").isClosed()).isFalse();
    }
    // end snippet
}
