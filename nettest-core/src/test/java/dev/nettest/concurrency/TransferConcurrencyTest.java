package dev.nettest.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Network;
import dev.nettest.Readiness;
import dev.nettest.testing.Background;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several threads on the same endpoints. */
class TransferConcurrencyTest {
    private final Network network = Network.create();

    @AfterEach
    void close() {
        network.shutdown();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 4096, Connection.UNLIMITED})
    void twoReadersGetEachByteOnce(int bufferSize) throws Exception {
        ConnectionPair pair = pair(bufferSize);
        int size = bufferSize == 1 ? 5_000 : 100_000;
        Background<int[]> one = Background.call(() -> countBytes(pair.server()));
        Background<int[]> other = Background.call(() -> countBytes(pair.server()));
        ByteBuffer source = ByteBuffer.allocate(size);
        int[] written = new int[256];
        while (source.hasRemaining()) {
            int value = source.position() % 251;
            written[value]++;
            source.put((byte) value);
        }
        pair.client().write(source.flip());
        pair.client().close();

        int[] read = one.result();
        int[] rest = other.result();
        for (int i = 0; i < read.length; i++) {
            read[i] += rest[i];
        }
        assertThat(read).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 4096})
    void blockingWritersAreCarriedOutOneAfterTheOther(int bufferSize) throws Exception {
        ConnectionPair pair = pair(bufferSize);
        int writers = 4;
        int records = 100;
        int length = 25;
        List<Background<Void>> writing = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            byte[] record = new byte[length];
            Arrays.fill(record, (byte) ('A' + i));
            writing.add(Background.run(() -> {
                for (int n = 0; n < records; n++) {
                    pair.client().write(ByteBuffer.wrap(record));
                }
            }));
        }
        ByteBuffer all = ByteBuffer.allocate(writers * records * length);
        while (all.hasRemaining()) {
            pair.server().read(all);
        }
        writing.forEach(Background::result);

        all.flip();
        while (all.hasRemaining()) {
            byte[] record = new byte[length];
            all.get(record);
            byte[] same = new byte[length];
            Arrays.fill(same, record[0]);
            assertThat(record).isEqualTo(same);
        }
    }

    @Test
    void blockingAndAsynchronousWritesDoNotMix() throws Exception {
        ConnectionPair pair = pair(3);
        List<CompletableFuture<Integer>> stages = new ArrayList<>();
        List<Background<Integer>> threads = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            stages.add(pair.client().writeAsync(Text.bytes("aaaaaaaa")).toCompletableFuture());
            threads.add(Background.call(() -> Text.write(pair.client(), "bbbbbbbb")));
        }
        StringBuilder read = new StringBuilder();
        while (read.length() < 160) {
            read.append(Text.read(pair.server()));
        }

        stages.forEach(stage -> assertThat(stage.join()).isEqualTo(8));
        threads.forEach(thread -> assertThat(thread.result()).isEqualTo(8));
        assertThat(read.toString()).matches("(a{8}|b{8}){20}");
    }

    @Test
    void cancelledWritesLoseNoByteAndReleaseTheWriteLock() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            ConnectionPair pair = pair(2);
            ByteBuffer source = Text.bytes("abcdefgh");
            CompletableFuture<Integer> write = pair.client().writeAsync(source).toCompletableFuture();
            CyclicBarrier start = new CyclicBarrier(2);
            Background<String> reader = Background.call(() -> {
                start.await();
                return Text.readAll(pair.server());
            });
            start.await();
            write.cancel(false);
            pair.client().shutdownOutput();

            assertThat(reader.result()).isEqualTo("abcdefgh".substring(0, source.position()));
            pair.client().close();
            pair.server().close();
        }
    }

    @Test
    void closeWakesEveryReaderAndWriter() throws Exception {
        for (int i = 0; i < 500; i++) {
            ConnectionPair pair = pair(1);
            CyclicBarrier start = new CyclicBarrier(3);
            Background<Void> reader = Background.run(() -> {
                start.await();
                Text.read(pair.client());
            });
            Background<Void> writer = Background.run(() -> {
                start.await();
                Text.write(pair.client(), "abcdef");
                Text.write(pair.client(), "abcdef");
            });
            start.await();
            pair.client().close();

            assertThat(reader.failure()).isInstanceOf(java.nio.channels.ClosedChannelException.class);
            assertThat(writer.failure()).isInstanceOf(java.nio.channels.ClosedChannelException.class);
        }
    }

    @Test
    void racingCallbackRunsOnce() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            ConnectionPair pair = pair(8);
            AtomicInteger called = new AtomicInteger();
            CyclicBarrier start = new CyclicBarrier(2);
            Background<Integer> writer = Background.call(() -> {
                start.await();
                return Text.write(pair.client(), "x");
            });
            start.await();
            pair.server().onReady(Readiness.READABLE, called::incrementAndGet);
            writer.result();

            assertThat(called).hasValue(1);
            pair.client().close();
            pair.server().close();
        }
    }

    private ConnectionPair pair(int bufferSize) throws IOException {
        ConnectionPair pair = network.pair();
        pair.server().receiveBufferSize(bufferSize);
        return pair;
    }

    /** How often each value was read. */
    private static int[] countBytes(Connection connection) throws IOException {
        int[] counts = new int[256];
        ByteBuffer target = ByteBuffer.allocate(64);
        while (connection.read(target) >= 0) {
            for (target.flip(); target.hasRemaining(); ) {
                counts[target.get() & 0xFF]++;
            }
            target.clear();
        }
        return counts;
    }
}
