package dev.nettest.contract;

class LoopbackSocketConnectTest extends SocketConnectContract {
    @Override
    SocketArm arm() {
        return SocketArm.onLoopback();
    }
}
