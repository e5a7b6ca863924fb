package dev.nettest.contract;

class LoopbackDatagramAddressTest extends DatagramAddressContract {
    @Override
    SocketArm arm() {
        return SocketArm.onLoopback();
    }
}
