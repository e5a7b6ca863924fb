package dev.nettest.contract;

class CoreDatagramContractTest extends DatagramContract {
    CoreDatagramContractTest() {
        super(DatagramBackend.MEMORY_CORE);
    }
}
