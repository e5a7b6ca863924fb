package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** An adversary: every byte has to wait for its reader. */
class RendezvousConnectionContractTest extends ChannelContracts {
    @Override
    protected StreamBackend open() {
        return Core.connections(0);
    }

    /** As a channel's write tells how much went when it could not go on. */
    @Test
    void aWriteTellsHowMuchOfItWasRead() throws IOException {
        try (StreamBackend backend = open()) {
            Pair pair = backend.pair();
            Task writer = Task.start(backend, "writer", () -> pair.client().write(new byte[3]));
            pair.server().readFully(1);
            writer.awaitBlocked();
            pair.server().reset();
            assertThat(writer.outcome()).isEqualTo("1");
            assertThat(Outcome.write(pair.client(), 1)).isEqualTo(Outcome.expand("reset-by-peer", backend.face()));
        }
    }

    @Nested
    class WriteDeadlines extends WriteDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return RendezvousConnectionContractTest.this.open();
        }
    }
}
