package dev.nettest.contract;

class DatagramReuseTest extends DatagramReuseContract {
    @Override
    SocketArm arm() {
        return SocketArm.inMemory();
    }
}
