package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The channels of a network behave like those of the JDK on loopback. */
class ChannelContractTest extends ChannelContracts {
    @Override
    protected StreamBackend open() {
        return ChannelBackend.open();
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        StreamBackend open() throws IOException {
            return ChannelContractTest.this.open();
        }
    }
}
