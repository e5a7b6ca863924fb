package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Impairment;
import dev.nettest.Link;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that write and read while their link and the time change: no byte is lost, duplicated or reordered. */
class LinkStressTest extends NetworkFixture {
    private static final int TOTAL = 200_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyByteArrivesOnceAndInOrder(long seed) throws Exception {
        SplittableRandom rng = new SplittableRandom(seed);
        ConnectionPair pair = network.pair();
        pair.client().receiveBufferSize(5_000);
        pair.server().receiveBufferSize(rng.nextInt(4) == 0 ? 0 : 5_000);
        Link link = network.defaultLink();
        Background<Void> up = Background.run(() -> write(pair.client()));
        Background<Void> down = Background.run(() -> write(pair.server()));
        Background<Integer> atServer = Background.call(() -> read(pair.server()));
        Background<Integer> atClient = Background.call(() -> read(pair.client()));

        while (!atServer.isDone() || !atClient.isDone()) {
            change(link, rng);
            clock.advanceTimeBy(Duration.ofMillis(rng.nextInt(40)));
        }

        up.result();
        down.result();
        assertThat(atServer.result()).isEqualTo(TOTAL);
        assertThat(atClient.result()).isEqualTo(TOTAL);
    }

    private static void change(Link link, SplittableRandom rng) {
        boolean forward = rng.nextBoolean();
        var direction = forward ? link.forward() : link.backward();
        switch (rng.nextInt(20)) {
            case 0 -> direction.partition();
            case 1 -> direction.hold();
            case 2 -> direction.impair(Impairment.latency(Duration.ofMillis(rng.nextInt(30))));
            case 3 ->
                direction.impair(Impairment.builder()
                        .latency(Duration.ofMillis(3))
                        .jitter(Duration.ofMillis(3))
                        .loss(0.1)
                        .build());
            case 4 -> direction.impair(Impairment.builder().rate(10_000_000).build());
            case 5 -> direction.impair(Impairment.NONE);
            default -> link.repair().release();
        }
    }

    private static void write(Connection connection) throws Exception {
        OutputStream out = connection.outputStream();
        byte[] chunk = new byte[1_000];
        for (int written = 0; written < TOTAL; written += chunk.length) {
            for (int i = 0; i < chunk.length; i++) {
                chunk[i] = (byte) pattern(written + i);
            }
            out.write(chunk);
        }
        connection.shutdownOutput();
    }

    private static int read(Connection connection) throws Exception {
        InputStream in = connection.inputStream();
        byte[] chunk = new byte[777];
        int total = 0;
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            for (int i = 0; i < count; i++) {
                if (chunk[i] != (byte) pattern(total + i)) {
                    throw new AssertionError("byte " + (total + i) + " is another one");
                }
            }
            total += count;
        }
        return total;
    }

    private static int pattern(int place) {
        return place * 31 + (place >> 8);
    }
}
