package dev.nettest.contract;

/** The blocking channels of a network behave like those of the JDK on loopback. */
class MemoryBlockingChannelScriptsTest extends BlockingChannelScriptsContract {
    @Override
    ThreadedArm open(boolean virtual) {
        return ThreadedArm.inMemory(virtual);
    }
}
