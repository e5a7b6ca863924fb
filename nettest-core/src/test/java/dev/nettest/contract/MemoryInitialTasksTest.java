package dev.nettest.contract;

import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import java.nio.channels.spi.AsynchronousChannelProvider;
import org.junit.jupiter.api.AfterEach;

/** The groups of a network. */
class MemoryInitialTasksTest extends InitialTasksContract {
    private final Network network = Network.create();

    @Override
    AsynchronousChannelProvider provider() {
        return NetworkChannels.asynchronousChannelProvider(network);
    }

    @AfterEach
    void close() {
        network.close();
    }
}
