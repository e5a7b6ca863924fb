package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** All contracts of a backend that behaves like a socket. */
public abstract class SocketContracts extends StreamContracts {

    @Nested
    class Interrupts extends SocketInterruptContract {
        @Override
        StreamBackend open() throws IOException {
            return SocketContracts.this.open();
        }
    }
}
