package dev.nettest.bridge;

import dev.nettest.NetworkClock;

/** {@link BridgeTest} on the system clock. */
class SystemClockBridgeTest extends BridgeTest {
    @Override
    NetworkClock clock() {
        return NetworkClock.system();
    }
}
