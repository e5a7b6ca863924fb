package dev.nettest.contract;

class DatagramSocketContractTest extends DatagramContract {
    DatagramSocketContractTest() {
        super(DatagramBackend.MEMORY_SOCKET);
    }
}
