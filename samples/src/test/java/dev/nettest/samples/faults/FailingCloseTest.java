package dev.nettest.samples.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.server.InMemory;
import dev.nettest.samples.server.Server;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NetworkExtension.class)
class FailingCloseTest {

    // snippet: failing-close-java
    @Test
    void aFailedCloseDoesNotAffectTheNextClient(Network network) throws Exception {
        Listener listener = network.listen();
        FaultHandle failure = listener.faults().close(Fault.failWith(new IOException("Input/output error")));
        Server server = new Server((client, in, out) -> out.write('!'), network.newExecutor(), Duration.ZERO);
        network.executor().submit(() -> server.run(InMemory.acceptor(listener)));

        for (int i = 0; i < 3; i++) {
            Connection client = listener.connect();
            assertThat(client.inputStream().readAllBytes()).containsExactly('!');
        }
        assertThat(failure.fireCount()).isEqualTo(3);
    }
    // end snippet
}
