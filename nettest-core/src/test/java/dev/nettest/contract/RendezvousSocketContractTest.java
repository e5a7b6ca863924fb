package dev.nettest.contract;

/** The sockets of a network behave as those of the JDK on loopback. */
class RendezvousSocketContractTest extends SocketContracts {
    @Override
    protected StreamBackend open() {
        return Sockets.open(0);
    }
}
