package dev.nettest.contract;

/** The oracle: the channels and selectors of the JDK on the kernel's loopback. */
class LoopbackChannelApiTest extends ChannelApiContracts {
    @Override
    SocketArm open() {
        return SocketArm.onLoopback();
    }
}
