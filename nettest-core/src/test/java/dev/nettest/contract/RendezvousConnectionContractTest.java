package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A receive buffer of zero bytes: every byte has to wait for its reader. */
class RendezvousConnectionContractTest extends ChannelContracts {
    @Override
    protected StreamBackend open() {
        return CoreBackend.connections(0);
    }

    /** Like a channel's write, which returns a partial count if it cannot continue. */
    @Test
    void writeReturnsHowManyBytesWereRead() throws IOException {
        try (StreamBackend backend = open()) {
            Pair pair = backend.pair();
            Task writer = Task.start(backend, "writer", () -> pair.client().write(new byte[3]));
            pair.server().readFully(1);
            writer.awaitBlocked();
            pair.server().reset();
            assertThat(writer.outcome()).isEqualTo("1");
            assertThat(Outcome.write(pair.client(), 1)).isEqualTo(Outcome.expand("reset-by-peer", backend.jdkType()));
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
