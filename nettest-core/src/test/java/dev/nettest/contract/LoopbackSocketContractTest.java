package dev.nettest.contract;

/** The oracle: {@link java.net.Socket} on the kernel's loopback. */
class LoopbackSocketContractTest extends SocketContracts {
    @Override
    protected StreamBackend open() {
        return Loopback.sockets();
    }
}
