package dev.nettest.samples.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.LinkProfile;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import java.util.concurrent.Future;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The throughput of a long fat network depends on the receive buffer. */
class SatelliteTest {

    private static final int SIZE = 8 * 1024 * 1024;

    private final VirtualClock clock = VirtualClock.manual();

    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(
            NetworkConfig.builder().clock(clock).checks(true).build());

    // snippet: satellite-java
    @ParameterizedTest
    @ValueSource(ints = {16, 64, 1024})
    void theThroughputIsOneBufferPerRoundTrip(int kibibytes, Network network) throws Exception {
        Host ship = network.host("ship", "10.0.0.2");
        Host shore = network.host("shore", "10.0.0.5");
        Impairment up = LinkProfile.SATELLITE.up().toBuilder().rate(10_000_000).build();
        network.link(ship, shore).impair(up, LinkProfile.SATELLITE.down());
        Listener listener = shore.listen(9000);
        listener.receiveBufferSize(kibibytes * 1024);
        Meter meter = new Meter(clock::nanoTime);

        Future<?> received = network.executor().submit(() -> {
            try (Connection connection = listener.accept()) {
                meter.drain(connection.inputStream());
            }
            return null;
        });
        Future<?> sent = network.executor().submit(() -> {
            try (Connection connection = ship.connect("shore:9000")) {
                connection.outputStream().write(new byte[SIZE]);
            }
            return null;
        });
        clock.advanceUntilIdle(); // minutes of virtual time for the smallest buffer
        sent.get();
        received.get();

        double windowPerRoundTrip = kibibytes * 1024 * 8 / 0.558;
        assertThat(meter.bitsPerSecond()).isCloseTo(Math.min(10_000_000, windowPerRoundTrip), withinPercentage(1));
    }
    // end snippet
}
