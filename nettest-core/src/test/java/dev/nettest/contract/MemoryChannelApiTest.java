package dev.nettest.contract;

/** The channels and selectors of a network. */
class MemoryChannelApiTest extends ChannelApiContracts {
    @Override
    SocketArm open() {
        return SocketArm.inMemory();
    }
}
