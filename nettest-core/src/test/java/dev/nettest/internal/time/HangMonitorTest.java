package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import org.junit.jupiter.api.Test;

/** The thread that looks for hangs. */
class HangMonitorTest {

    @Test
    void itsThreadDoesNotKeepTheMachineRunning() {
        try (Network network = Network.create(
                NetworkConfig.builder().clock(VirtualClock.manual()).build())) {
            assertThat(network.clock().isVirtual()).isTrue();

            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().equals("nettest-hang-monitor"))
                    .isNotEmpty()
                    .allMatch(Thread::isDaemon);
        }
    }
}
