package dev.nettest.consumers;

import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;

/** Compiled on the module path, against the core and its JUnit extension. */
final class Networks {
    private Networks() {}

    static NetworkExtension selfAdvancing() {
        return new NetworkExtension(NetworkConfig.builder()
                .clocks(VirtualClock::selfAdvancing)
                .checks(true)
                .build());
    }
}
