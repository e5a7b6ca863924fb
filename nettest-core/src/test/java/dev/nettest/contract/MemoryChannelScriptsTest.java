package dev.nettest.contract;

/** The channels and selectors of a network behave like those of the JDK on loopback. */
class MemoryChannelScriptsTest extends ChannelScriptsContract {
    @Override
    SocketArm open() {
        return SocketArm.inMemory();
    }
}
