package dev.nettest.contract;

class LoopbackDatagramChannelContractTest extends DatagramContract {
    LoopbackDatagramChannelContractTest() {
        super(DatagramBackend.LOOPBACK_CHANNEL);
    }
}
