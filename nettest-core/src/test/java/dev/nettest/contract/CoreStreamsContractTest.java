package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The stream views of {@link dev.nettest.Connection} behave like those of a socket. */
class CoreStreamsContractTest extends SocketContracts {
    @Override
    protected StreamBackend open() {
        return CoreBackend.streams();
    }

    @Nested
    class WriteDeadlines extends WriteDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return CoreStreamsContractTest.this.open();
        }
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        StreamBackend open() throws IOException {
            return CoreStreamsContractTest.this.open();
        }
    }
}
