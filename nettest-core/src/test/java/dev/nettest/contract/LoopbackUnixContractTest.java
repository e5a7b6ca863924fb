package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The oracle: {@link java.nio.channels.SocketChannel} over Unix paths of the kernel. */
class LoopbackUnixContractTest extends UnixContracts {
    @Override
    protected StreamBackend open() throws IOException {
        return UnixBackend.onLoopback();
    }

    @Nested
    class Interrupts extends ChannelInterruptContract {
        @Override
        StreamBackend open() throws IOException {
            return LoopbackUnixContractTest.this.open();
        }
    }
}
