package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** A receive buffer of one byte: every second byte has to wait. */
class OneByteUnixContractTest extends UnixContracts {
    @Override
    protected StreamBackend open() throws IOException {
        return CoreBackend.unix(1);
    }

    @Nested
    class WriteDeadlines extends WriteDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return OneByteUnixContractTest.this.open();
        }
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        StreamBackend open() throws IOException {
            return OneByteUnixContractTest.this.open();
        }
    }

    @Nested
    class Interrupts extends ChannelInterruptContract {
        @Override
        StreamBackend open() throws IOException {
            return OneByteUnixContractTest.this.open();
        }
    }
}
