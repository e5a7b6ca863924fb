package dev.nettest.contract;

class DatagramAddressTest extends DatagramAddressContract {
    @Override
    SocketArm arm() {
        return SocketArm.inMemory();
    }
}
