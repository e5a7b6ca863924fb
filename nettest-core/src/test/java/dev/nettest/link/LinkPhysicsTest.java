package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Impairment.Distribution;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfer times and statistics in virtual time, compared with the formulas. */
class LinkPhysicsTest {
    private static final Percentage ONE_PERCENT = Percentage.withPercentage(1);
    private static final double NANOS = 1e9;

    /** The bytes of one segment. */
    private static final int SEGMENT = 1460;

    private final VirtualClock clock = VirtualClock.manual();

    private Network network(long seed) {
        return Network.create(NetworkConfig.builder().clock(clock).seed(seed).build());
    }

    /** Seconds until a reader that reads every arrival at once has read {@code total} bytes. */
    private double transfer(Network network, int total, int window) throws IOException {
        ConnectionPair pair = network.pair();
        Connection from = pair.client();
        Connection to = pair.server();
        to.receiveBufferSize(window);
        ByteBuffer sent = ByteBuffer.allocate(total);
        ByteBuffer got = ByteBuffer.allocate(total);
        long start = clock.nanoTime();
        while (true) {
            while (from.tryWrite(sent) > 0) {}
            while (to.tryRead(got) > 0) {}
            if (!got.hasRemaining()) {
                return (clock.nanoTime() - start) / NANOS;
            }
            assertThat(clock.advanceToNext()).as("something is in flight").isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        // one-way latency in ms, bits per second, window in bytes, total in bytes
        "50, 10000000, 4194304, 4000000",
        "50, 0, 65536, 4000000",
        "50, 10000000, 65536, 4000000",
        "279, 20000000, 65536, 1000000",
        "279, 20000000, 4194304, 20000000",
        "5, 1000000000, 1048576, 50000000",
        "0, 1000000, 65536, 1000000",
        "100, 1000000, 1000, 100000"
    })
    void aBulkTransferTakesTheComputedTime(int latency, long rate, int window, int total) throws Exception {
        try (Network network = network(1)) {
            Impairment.Builder impairment = Impairment.builder().latency(Duration.ofMillis(latency));
            Impairment forward = (rate == 0 ? impairment : impairment.rate(rate)).build();
            network.defaultLink().impair(forward, Impairment.latency(Duration.ofMillis(latency)));
            double oneWay = latency / 1e3;
            double bits = 8.0 * total;

            double seconds = transfer(network, total, window);

            // one window per round trip, counted from the ACK of its first segment; then the last segment
            double perBit = rate == 0 ? 0 : 1.0 / rate;
            double roundTrip = 2 * oneWay + perBit * 8 * Math.min(window, SEGMENT);
            int windows = (total - 1) / window;
            double byWindow = windows * roundTrip + perBit * 8 * (total - (double) windows * window) + oneWay;
            double byRate = bits * perBit + oneWay;
            assertThat(seconds).isCloseTo(Math.max(byWindow, byRate), ONE_PERCENT);
            double throughput = Math.min(rate == 0 ? Double.MAX_VALUE : rate, 8.0 * window / (2 * oneWay));
            assertThat(bits / (seconds - oneWay)).isLessThan(throughput * 1.07);
        }
    }

    @Test
    void twoConnectionsShareTheRateOfALink() throws Exception {
        try (Network network = network(1)) {
            Host a = network.host("a", "10.0.0.1");
            Listener listener = network.host("b", "10.0.0.2").listen(1);
            List<Connection> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Connection writer = a.connect("b:1");
                readers.add(listener.accept());
                network.link("a", "b")
                        .forward()
                        .impair(Impairment.builder().rate(8_000_000).build());
                writer.write(ByteBuffer.allocate(1_000_000));
            }

            clock.advanceTimeBy(Duration.ofMillis(1_999));
            assertThat(readers.get(1).available()).isLessThan(1_000_000);
            clock.advanceTimeBy(Duration.ofMillis(1));
            assertThat(readers).allMatch(reader -> reader.available() == 1_000_000);
        }
    }

    @Test
    void eachPairOfAddressesHasItsOwnRateOnTheDefaultLink() throws Exception {
        try (Network network = network(1)) {
            Host a = network.host("a", "10.0.0.1");
            List<Connection> readers = new ArrayList<>();
            List<Connection> writers = new ArrayList<>();
            for (int i = 2; i < 4; i++) {
                Listener listener = network.host("b" + i, "10.0.0." + i).listen(1);
                writers.add(a.connect("b" + i + ":1"));
                readers.add(listener.accept());
            }
            network.defaultLink().impair(Impairment.builder().rate(8_000_000).build());
            for (Connection writer : writers) {
                writer.write(ByteBuffer.allocate(1_000_000));
            }

            clock.advanceTimeBy(Duration.ofSeconds(1));
            assertThat(readers).allMatch(reader -> reader.available() == 1_000_000);
        }
    }

    // ---- statistics, from fixed seeds

    /** The arrival times, in seconds, of those of {@code count} datagrams that arrive. */
    private List<Double> delays(Network network, int count) throws IOException {
        DatagramEndpoint receiver = network.bindDatagram("127.0.0.1:1");
        receiver.receiveBufferSize(DatagramEndpoint.UNLIMITED);
        DatagramEndpoint sender = network.bindDatagram("127.0.0.1:2");
        ByteBuffer message = ByteBuffer.allocate(Long.BYTES);
        for (int i = 0; i < count; i++) {
            sender.send(message.clear(), "127.0.0.1:1");
        }
        long start = clock.nanoTime();
        List<Double> delays = new ArrayList<>();
        do {
            while (receiver.tryReceive(message.clear()) != null) {
                delays.add((clock.nanoTime() - start) / NANOS);
            }
        } while (clock.advanceToNext());
        return delays;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static double deviation(List<Double> values) {
        double mean = mean(values);
        return Math.sqrt(values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theShareOfLossMatchesTheProbability(long seed) throws Exception {
        int count = 20_000;
        double loss = 0.01;
        try (Network network = network(seed)) {
            network.defaultLink().impair(Impairment.builder().loss(loss).build());

            double lost = 1 - delays(network, count).size() / (double) count;

            double standardError = Math.sqrt(loss * (1 - loss) / count);
            assertThat(lost).isCloseTo(loss, within(4 * standardError));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void burstsHaveTheLengthOfTheModel(long seed) throws Exception {
        int count = 20_000;
        Impairment model = Impairment.builder().lossGilbert(0.01, 0.25).build();
        try (Network network = network(seed)) {
            network.defaultLink().impair(model);
            DatagramEndpoint receiver = network.bindDatagram("127.0.0.1:1");
            receiver.receiveBufferSize(DatagramEndpoint.UNLIMITED);
            DatagramEndpoint sender = network.bindDatagram("127.0.0.1:2");
            int lost = 0;
            int bursts = 0;
            boolean lastLost = false;
            for (int i = 0; i < count; i++) {
                sender.send(ByteBuffer.allocate(1), "127.0.0.1:1");
                boolean isLost = receiver.tryReceive(ByteBuffer.allocate(1)) == null;
                lost += isLost ? 1 : 0;
                bursts += isLost && !lastLost ? 1 : 0;
                lastLost = isLost;
            }

            assertThat(model.loss()).isCloseTo(0.01 / 0.26, within(1e-9));
            // the length of a burst is geometric: mean 4, standard deviation about the same
            double meanLength = (double) lost / bursts;
            assertThat(meanLength).isCloseTo(1 / 0.25, within(4 * 3.5 / Math.sqrt(bursts)));
            assertThat((double) lost / count).isCloseTo(model.loss(), within(0.01));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void uniformJitterFillsItsRange(long seed) throws Exception {
        try (Network network = network(seed)) {
            network.defaultLink()
                    .impair(Impairment.builder()
                            .latency(Duration.ofMillis(100))
                            .jitter(Duration.ofMillis(20))
                            .build());

            List<Double> delays = delays(network, 20_000);

            double deviation = 0.020 / Math.sqrt(3);
            assertThat(mean(delays)).isCloseTo(0.100, within(4 * deviation / Math.sqrt(20_000)));
            assertThat(deviation(delays)).isCloseTo(deviation, ONE_PERCENT);
            assertThat(delays).allSatisfy(delay -> assertThat(delay).isBetween(0.080, 0.120));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void normalJitterHasItsStandardDeviation(long seed) throws Exception {
        try (Network network = network(seed)) {
            network.defaultLink()
                    .impair(Impairment.builder()
                            .latency(Duration.ofMillis(100))
                            .jitter(Duration.ofMillis(20))
                            .distribution(Distribution.NORMAL)
                            .build());

            List<Double> delays = delays(network, 20_000);

            assertThat(mean(delays)).isCloseTo(0.100, within(4 * 0.020 / Math.sqrt(20_000)));
            assertThat(deviation(delays)).isCloseTo(0.020, within(4 * 0.020 / Math.sqrt(2 * 20_000)));
            double withinOne = delays.stream()
                            .filter(delay -> Math.abs(delay - 0.1) < 0.02)
                            .count()
                    / 20_000.0;
            assertThat(withinOne).isCloseTo(0.6827, within(4 * Math.sqrt(0.6827 * 0.3173 / 20_000)));
        }
    }

    @Test
    void aLossCostsADoublingRetransmissionTimeout() throws Exception {
        try (Network network = network(1)) {
            network.defaultLink()
                    .forward()
                    .impair(Impairment.builder()
                            .latency(Duration.ofMillis(50))
                            .loss(0.5)
                            .build());
            network.defaultLink().backward().impair(Impairment.latency(Duration.ofMillis(50)));
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                ConnectionPair pair = network.pair();
                long start = clock.nanoTime();
                pair.client().write(ByteBuffer.allocate(1));
                while (!pair.server().isReadable()) {
                    clock.advanceToNext();
                }
                millis.add(Duration.ofNanos(clock.nanoTime() - start).toMillis());
            }

            // timeouts of 100 ms round trip + 200 ms = 300, then 600, 1200 ...; and 50 ms one way
            assertThat(millis).contains(50L, 350L, 950L, 2_150L).allMatch(time -> (time - 50) % 300 == 0);
            long atOnce = millis.stream().filter(time -> time == 50).count();
            assertThat(atOnce).isBetween(72L, 128L);
        }
    }
}
