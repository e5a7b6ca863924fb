package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The sockets of a network behave like those of the JDK on loopback. */
class SocketContractTest extends SocketContracts {
    @Override
    protected StreamBackend open() {
        return SocketBackend.open();
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        StreamBackend open() throws IOException {
            return SocketContractTest.this.open();
        }
    }
}
