package dev.nettest.contract;

class SocketLocksTest extends SocketLocksContract {
    @Override
    SocketArm arm() {
        return SocketArm.inMemory();
    }
}
