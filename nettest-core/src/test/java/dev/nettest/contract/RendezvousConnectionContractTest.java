package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** An adversary: every byte has to wait for its reader. */
class RendezvousConnectionContractTest extends ChannelContracts {
    @Override
    protected StreamBackend open() {
        return Core.connections(0);
    }

    @Nested
    class WriteDeadlines extends WriteDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return RendezvousConnectionContractTest.this.open();
        }
    }
}
