package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many bytes, in all sizes, in both directions, by several threads: none is lost, duplicated or out of order. */
abstract class TransferContract extends Contract {

    /** Enough to fill the buffers several times, and few enough for a tiny buffer to finish in seconds. */
    private int much() {
        return Math.min(12 << 20, Math.max(1 << 15, 256 * backend.capacity()));
    }

    @Test
    void largeTransfersBothWaysAtOnce() throws IOException {
        Pair pair = backend.pair();
        int length = much();
        Task there = send("there", pair.client(), length, 1 << 16, 1);
        Task back = send("back", pair.server(), length, 1 << 16, 2);
        Task client = receive("client", pair.client(), 1 << 16, 3);
        Task server = receive("server", pair.server(), 1 << 16, 4);
        assertThat(there.outcome()).isEqualTo("sent " + length);
        assertThat(back.outcome()).isEqualTo("sent " + length);
        assertThat(client.outcome()).isEqualTo("received " + length);
        assertThat(server.outcome()).isEqualTo("received " + length);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13})
    void oddSizesFromARandomSource(long seed) throws IOException {
        Pair pair = backend.pair();
        int length = much() / 16;
        Task there = send("there", pair.client(), length, 3001, seed);
        Task back = send("back", pair.server(), length, 17, seed + 100);
        Task client = receive("client", pair.client(), 4099, seed + 200);
        Task server = receive("server", pair.server(), 13, seed + 300);
        assertThat(there.outcome()).isEqualTo("sent " + length);
        assertThat(back.outcome()).isEqualTo("sent " + length);
        assertThat(client.outcome()).isEqualTo("received " + length);
        assertThat(server.outcome()).isEqualTo("received " + length);
    }

    @Test
    void twoWritersAreSerialised() throws IOException {
        Pair pair = backend.pair();
        int records = 2000;
        int size = 8;
        Task ones = Task.start(backend, "ones", () -> writeRecords(pair.client(), records, size, (byte) 1));
        Task twos = Task.start(backend, "twos", () -> writeRecords(pair.client(), records, size, (byte) 2));
        int[] counts = new int[3];
        for (int i = 0; i < 2 * records; i++) {
            byte[] whole = pair.server().readFully(size);
            assertThat(whole).as("record %s", i).containsOnly(whole[0]);
            counts[whole[0]]++;
        }
        assertThat(counts).containsExactly(0, records, records);
        assertThat(ones.outcome()).isEqualTo("written");
        assertThat(twos.outcome()).isEqualTo("written");
    }

    @Test
    void twoReadersGetEachByteOnce() throws IOException {
        Pair pair = backend.pair();
        int total = 20_000;
        Task one = Task.start(backend, "one", () -> sumToTheEnd(pair.server()));
        Task two = Task.start(backend, "two", () -> sumToTheEnd(pair.server()));
        long sum = IntStream.range(0, total).map(i -> i % 100).sum();
        for (int i = 0; i < total; i += 100) {
            byte[] block = new byte[100];
            for (int j = 0; j < block.length; j++) {
                block[j] = (byte) j;
            }
            pair.client().writeFully(block);
        }
        pair.client().close();
        assertThat(Long.parseLong(one.outcome()) + Long.parseLong(two.outcome()))
                .isEqualTo(sum);
    }

    private Task send(String name, Stream stream, int length, int largest, long seed) {
        return Task.start(backend, "send " + name, () -> {
            Random random = new Random(seed);
            int done = 0;
            while (done < length) {
                int size = Math.min(random.nextInt(largest + 1), length - done);
                stream.writeFully(Bytes.position(done, size));
                done += size;
            }
            stream.shutdownOutput();
            return "sent " + done;
        });
    }

    private Task receive(String name, Stream stream, int largest, long seed) {
        return Task.start(backend, "receive " + name, () -> {
            Random random = new Random(seed);
            byte[] target = new byte[largest + 1];
            int done = 0;
            int count;
            while ((count = stream.read(target, 0, random.nextInt(largest + 1))) >= 0) {
                for (int i = 0; i < count; i++) {
                    if (target[i] != Bytes.at(done + i)) {
                        throw new AssertionError("wrong byte at " + (done + i));
                    }
                }
                done += count;
            }
            return "received " + done;
        });
    }

    private static String writeRecords(Stream stream, int records, int size, byte value) throws IOException {
        byte[] whole = new byte[size];
        Arrays.fill(whole, value);
        for (int i = 0; i < records; i++) {
            stream.write(whole);
        }
        return "written";
    }

    private static long sumToTheEnd(Stream stream) throws IOException {
        byte[] target = new byte[77];
        long sum = 0;
        int count;
        while ((count = stream.read(target)) >= 0) {
            for (int i = 0; i < count; i++) {
                sum += target[i];
            }
        }
        return sum;
    }
}
