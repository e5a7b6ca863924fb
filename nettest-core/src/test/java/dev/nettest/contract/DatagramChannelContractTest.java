package dev.nettest.contract;

class DatagramChannelContractTest extends DatagramContract {
    DatagramChannelContractTest() {
        super(DatagramBackend.MEMORY_CHANNEL);
    }
}
