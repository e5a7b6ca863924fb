package dev.nettest.contract;

import java.io.IOException;

/** The oracle: {@link java.nio.channels.SocketChannel} over the paths of the kernel. */
class LoopbackUnixContractTest extends UnixContracts {
    @Override
    protected StreamBackend open() throws IOException {
        return new LoopbackUnix();
    }
}
