package dev.nettest.contract;

import java.nio.channels.spi.SelectorProvider;

class LoopbackDatagramChannelStatesTest extends DatagramChannelStatesContract {
    @Override
    SelectorProvider provider() {
        return SelectorProvider.provider();
    }
}
