package dev.nettest.contract;

class LoopbackDatagramSocketContractTest extends DatagramContract {
    LoopbackDatagramSocketContractTest() {
        super(DatagramBackend.LOOPBACK_SOCKET);
    }
}
