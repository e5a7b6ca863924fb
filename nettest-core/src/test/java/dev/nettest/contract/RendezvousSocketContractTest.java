package dev.nettest.contract;

/** The sockets of a network behave like those of the JDK on loopback. */
class RendezvousSocketContractTest extends SocketContracts {
    @Override
    protected StreamBackend open() {
        return SocketBackend.open(0);
    }
}
