package dev.nettest.contract;

class LoopbackSocketLocksTest extends SocketLocksContract {
    @Override
    SocketArm arm() {
        return SocketArm.onLoopback();
    }
}
