package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** {@link dev.nettest.Connection} behaves as a blocking channel. */
class CoreConnectionContractTest extends ChannelContracts {
    @Override
    protected StreamBackend open() {
        return Core.connections();
    }

    @Nested
    class WriteDeadlines extends WriteDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return CoreConnectionContractTest.this.open();
        }
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        StreamBackend open() throws IOException {
            return CoreConnectionContractTest.this.open();
        }
    }
}
