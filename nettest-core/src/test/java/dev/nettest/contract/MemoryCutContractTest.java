package dev.nettest.contract;

/** Sockets of a network, between two hosts on virtual time. */
class MemoryCutContractTest extends CutContract {
    @Override
    CutBackend open(int retries) {
        return new MemoryHosts(retries);
    }
}
