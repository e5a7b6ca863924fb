package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The Unix domain channels of a network behave like those of the JDK over paths of the kernel. */
class UnixChannelContractTest extends UnixContracts {
    @Override
    protected StreamBackend open() {
        return UnixBackend.inMemory();
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        StreamBackend open() throws IOException {
            return UnixChannelContractTest.this.open();
        }
    }

    @Nested
    class Interrupts extends ChannelInterruptContract {
        @Override
        StreamBackend open() throws IOException {
            return UnixChannelContractTest.this.open();
        }
    }
}
