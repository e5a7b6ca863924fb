package dev.nettest.contract;

import java.nio.channels.spi.AsynchronousChannelProvider;

/** The groups of the JDK. */
class LoopbackInitialTasksTest extends InitialTasksContract {
    @Override
    AsynchronousChannelProvider provider() {
        return AsynchronousChannelProvider.provider();
    }
}
