package dev.nettest.contract;

class SocketConnectTest extends SocketConnectContract {
    @Override
    SocketArm arm() {
        return SocketArm.inMemory();
    }
}
