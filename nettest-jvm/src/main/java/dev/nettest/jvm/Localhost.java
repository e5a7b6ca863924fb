package dev.nettest.jvm;

/** The threads whose loopback addresses and wildcards belong to a claim. */
public enum Localhost {

    /**
     * The threads that are {@linkplain dev.nettest.Network#isRegistered() registered} in the network: the test's own
     * thread under {@link JvmNetworkExtension}, and those of the network's executors and factories.
     */
    REGISTERED_THREADS,

    /**
     * All threads of the JVM, apart from the {@linkplain ClaimConfig.Builder#kernelPorts kernel's ports}. Only one
     * claim can have it at a time.
     */
    ALL_THREADS,

    /** No thread: only the addresses of the claim are in memory. */
    NO_THREADS
}
