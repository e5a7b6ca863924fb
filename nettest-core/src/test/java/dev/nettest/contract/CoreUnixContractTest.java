package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** {@link dev.nettest.Connection} over a path behaves as a blocking channel over one. */
class CoreUnixContractTest extends UnixContracts {
    @Override
    protected StreamBackend open() throws IOException {
        return Core.unix();
    }

    @Nested
    class WriteDeadlines extends WriteDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return CoreUnixContractTest.this.open();
        }
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        StreamBackend open() throws IOException {
            return CoreUnixContractTest.this.open();
        }
    }

    @Nested
    class Interrupts extends ChannelInterruptContract {
        @Override
        StreamBackend open() throws IOException {
            return CoreUnixContractTest.this.open();
        }
    }
}
