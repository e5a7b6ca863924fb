package dev.nettest.contract;

/** The oracle: the channels of the JDK on the kernel's loopback behave alike in two runs of a script. */
class LoopbackChannelScriptsTest extends ChannelScriptsContract {
    @Override
    int scripts() {
        return 300;
    }

    @Override
    SocketArm open() {
        return SocketArm.onLoopback();
    }
}
