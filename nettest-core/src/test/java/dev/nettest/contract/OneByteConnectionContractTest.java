package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** A receive buffer of one byte: every second byte has to wait. */
class OneByteConnectionContractTest extends ChannelContracts {
    @Override
    protected StreamBackend open() {
        return CoreBackend.connections(1);
    }

    @Nested
    class WriteDeadlines extends WriteDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return OneByteConnectionContractTest.this.open();
        }
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        StreamBackend open() throws IOException {
            return OneByteConnectionContractTest.this.open();
        }
    }
}
