package dev.nettest.contract;

import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.AfterEach;

/** The asynchronous channels of a network. */
class MemoryAsynchronousConnectTest extends AsynchronousConnectContract {
    private final Network network = Network.create();
    private final AsynchronousChannelProvider provider = NetworkChannels.asynchronousChannelProvider(network);
    private final SelectorProvider peers = NetworkChannels.selectorProvider(network);

    @Override
    AsynchronousChannelProvider provider() {
        return provider;
    }

    @Override
    SelectorProvider peers() {
        return peers;
    }

    @Override
    void settle(int localPort, int remotePort) {
        // a network delivers at once
    }

    @AfterEach
    void closeNetwork() {
        network.close();
    }
}
