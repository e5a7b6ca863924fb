package dev.nettest.contract;

import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;

/** The oracle: the asynchronous channels of the JDK on the kernel's loopback. */
class LoopbackAsynchronousConnectTest extends AsynchronousConnectContract {
    @Override
    AsynchronousChannelProvider provider() {
        return AsynchronousChannelProvider.provider();
    }

    @Override
    SelectorProvider peers() {
        return SelectorProvider.provider();
    }

    @Override
    void settle(int localPort, int remotePort) {
        PollingWait.until(
                () -> TcpTable.read().hasSeenFin(localPort, remotePort), () -> "the end of port " + localPort);
    }
}
