package dev.nettest.contract;

class LoopbackDatagramReuseTest extends DatagramReuseContract {
    @Override
    SocketArm arm() {
        return SocketArm.onLoopback();
    }
}
