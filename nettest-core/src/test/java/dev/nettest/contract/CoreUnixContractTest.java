package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** {@link dev.nettest.Connection} over a Unix path behaves like a blocking channel. */
class CoreUnixContractTest extends UnixContracts {
    @Override
    protected StreamBackend open() throws IOException {
        return CoreBackend.unix();
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
