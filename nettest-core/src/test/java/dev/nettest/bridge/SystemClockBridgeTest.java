package dev.nettest.bridge;

import dev.nettest.NetworkClock;

/** The same on the system's clock. */
class SystemClockBridgeTest extends BridgeTest {
    @Override
    NetworkClock clock() {
        return NetworkClock.system();
    }
}
