package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** A receive buffer of zero bytes: every byte has to wait for its reader. */
class RendezvousStreamsContractTest extends SocketContracts {
    @Override
    protected StreamBackend open() {
        return CoreBackend.streams(0);
    }

    @Nested
    class WriteDeadlines extends WriteDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return RendezvousStreamsContractTest.this.open();
        }
    }
}
