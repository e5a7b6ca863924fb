package dev.nettest.contract;

/** The oracle: the blocking channels of the JDK on the kernel's loopback behave alike in two runs of a script. */
class LoopbackBlockingChannelScriptsTest extends BlockingChannelScriptsContract {
    @Override
    ThreadedArm open(boolean virtual) {
        return ThreadedArm.onLoopback(virtual);
    }
}
