package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** All contracts of a backend that behaves like a channel. */
public abstract class ChannelContracts extends StreamContracts {

    @Nested
    class Interrupts extends ChannelInterruptContract {
        @Override
        StreamBackend open() throws IOException {
            return ChannelContracts.this.open();
        }
    }
}
