package dev.nettest.contract;

import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import java.nio.channels.spi.SelectorProvider;

class DatagramChannelStatesTest extends DatagramChannelStatesContract {
    @Override
    SelectorProvider provider() {
        return NetworkChannels.selectorProvider(Network.create());
    }
}
