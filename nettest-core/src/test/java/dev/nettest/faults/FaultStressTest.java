package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.testing.Background;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults that are installed and closed during operations of other threads. */
class FaultStressTest {
    private static final Fault BOOM = Fault.failWith(() -> new IOException("boom"));

    private final Network network =
            Network.create(NetworkConfig.builder().receiveBufferSize(7).build());

    @AfterEach
    void close() {
        network.shutdown();
    }

    @Test
    void noByteIsLostOrDuplicatedWhileFaultsComeAndGo() throws Exception {
        int size = 20_000;
        ConnectionPair pair = network.pair();
        Background<Void> writer = Background.run(() -> {
            ByteBuffer source = ByteBuffer.wrap(pattern(size));
            while (source.hasRemaining()) {
                try {
                    pair.client().write(source);
                } catch (IOException e) {
                    assertThat(e).hasMessage("boom");
                }
            }
        });
        Background<byte[]> reader = Background.call(() -> {
            ByteBuffer target = ByteBuffer.allocate(size);
            while (target.hasRemaining()) {
                try {
                    pair.server().read(target);
                } catch (IOException e) {
                    assertThat(e).hasMessage("boom");
                }
            }
            return target.array();
        });
        Fault[] faults = {
            BOOM.once(),
            Fault.slice(1).first(3),
            Fault.delayed(Duration.ZERO).once(),
            Fault.stall(),
            BOOM.afterBytes(3).once()
        };
        SplittableRandom random = new SplittableRandom(1);
        while (!reader.isDone()) {
            Fault fault = faults[random.nextInt(faults.length)];
            FaultHandle read = pair.server().faults().read(fault);
            FaultHandle write = network.faults().write(fault);
            Thread.yield();
            read.close();
            write.close();
        }

        writer.result();
        assertThat(reader.result()).isEqualTo(pattern(size));
    }

    @Test
    void theFireCountMatchesTheFailures() throws Exception {
        ConnectionPair pair = network.pair();
        int rounds = 3_000;
        Background<Integer> reader = Background.call(() -> {
            int met = 0;
            while (true) {
                try {
                    if (Text.read(pair.server()).equals(Text.END)) {
                        return met;
                    }
                } catch (IOException e) {
                    met++;
                }
            }
        });
        long fired = 0;
        for (int i = 0; i < rounds || fired == 0; i++) { // on a busy machine the reader can start late
            FaultHandle handle = pair.server().faults().read(BOOM.once());
            Text.tryWrite(pair.client(), "x");
            handle.close();
            fired += handle.fireCount();
        }
        pair.client().close();

        assertThat((long) reader.result()).isEqualTo(fired);
    }

    @Test
    void aFaultThatRacesWithABlockingReadIsNeverMissed() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            Connection end = network.pair().client();
            CyclicBarrier start = new CyclicBarrier(2);
            Background<Void> reader = Background.run(() -> {
                start.await();
                Text.read(end);
            });
            start.await();
            end.faults().read(BOOM);

            assertThat(reader.failure()).hasMessage("boom");
            end.close();
        }
    }

    @Test
    void twoReadersShareTheOperationsOfOneEnd() throws Exception {
        ConnectionPair pair = network.pair();
        int writes = 2_000;
        FaultHandle handle = pair.server().faults().read(BOOM.every(3));
        Background<int[]> one = Background.call(() -> countReads(pair.server()));
        Background<int[]> two = Background.call(() -> countReads(pair.server()));
        for (int i = 0; i < writes; i++) {
            Text.write(pair.client(), "x");
        }
        pair.client().shutdownOutput();
        int[] first = one.result();
        int[] second = two.result();

        assertThat(first[0] + second[0]).isEqualTo(writes);
        assertThat((long) first[1] + second[1]).isEqualTo(handle.fireCount()).isPositive();
    }

    @Test
    void acceptsAndConnectsWorkWhileFaultsComeAndGo() throws Exception {
        Listener listener = network.listen();
        int dials = 2_000;
        Background<Integer> acceptor = Background.call(() -> {
            int failed = 0;
            for (int accepted = 0; accepted < dials; ) {
                try {
                    listener.accept().close();
                    accepted++;
                } catch (IOException e) {
                    failed++;
                }
            }
            return failed;
        });
        long fired = 0;
        for (int connected = 0; connected < dials; ) {
            FaultHandle accept = listener.faults().accept(BOOM.once());
            FaultHandle connect = listener.faults().connect(Fault.refuse().every(3));
            try {
                listener.connect().close();
                connected++;
                listener.connect().close();
                connected++;
            } catch (IOException e) {
                assertThat(e).hasMessage("Connection refused");
            }
            accept.close();
            connect.close();
            fired += accept.fireCount();
        }

        assertThat((long) acceptor.result()).isEqualTo(fired);
    }

    /** The bytes that were read, and the number of failed reads. */
    private static int[] countReads(Connection connection) throws IOException {
        int[] counts = new int[2];
        while (true) {
            try {
                String read = Text.read(connection, 1);
                if (read.equals(Text.END)) {
                    return counts;
                }
                counts[0] += read.length();
            } catch (IOException e) {
                counts[1]++;
            }
        }
    }

    private static byte[] pattern(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        return bytes;
    }
}
