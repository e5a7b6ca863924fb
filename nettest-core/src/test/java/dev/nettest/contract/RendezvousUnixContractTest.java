package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** A receive buffer of zero bytes: every byte has to wait for its reader. */
class RendezvousUnixContractTest extends UnixContracts {
    @Override
    protected StreamBackend open() throws IOException {
        return CoreBackend.unix(0);
    }

    @Nested
    class WriteDeadlines extends WriteDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return RendezvousUnixContractTest.this.open();
        }
    }

    @Nested
    class Interrupts extends ChannelInterruptContract {
        @Override
        StreamBackend open() throws IOException {
            return RendezvousUnixContractTest.this.open();
        }
    }
}
