package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the queue with a list of bytes as its model. */
class ByteQueueTest {
    private static final int STEPS = 3_000;

    private final ByteQueue queue = new ByteQueue(new SegmentPool());
    private final List<Byte> model = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesLikeAListOfBytes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int most = seed % 2 == 0 ? 40 : 3 * SegmentPool.SEGMENT_SIZE;
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(7)) {
                case 0, 1 -> write(random, random.nextInt(most));
                case 2 -> read(random.nextInt(Math.min(most, model.size()) + 1));
                case 3 -> read(Math.min(model.size(), random.nextInt(2 * most)));
                case 4 -> unread(random, random.nextInt(most / 4 + 1));
                case 5 -> withdraw(random.nextInt(Math.min(most, model.size()) + 1));
                default -> flip(random);
            }
            assertThat(queue.size()).isEqualTo(model.size());
            assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
        }
        read(model.size());
        assertThat(queue.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void findsADelimiterAtAnyPosition(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int step = 0; step < 300; step++) {
            write(random, random.nextInt(300));
            read(random.nextInt(model.size() + 1));
            byte delimiter = (byte) random.nextInt(256);
            int index = model.indexOf(delimiter);
            assertThat(queue.lengthThrough(delimiter)).isEqualTo(index < 0 ? -1 : index + 1);
        }
    }

    @Test
    void clearRemovesAllBytes() {
        SplittableRandom random = new SplittableRandom(1);
        write(random, 3 * SegmentPool.SEGMENT_SIZE);
        queue.clear();
        model.clear();

        assertThat(queue.isEmpty()).isTrue();
        write(random, 5);
        read(5);
    }

    @Test
    void drainedSegmentsReturnToThePool() {
        SegmentPool pool = new SegmentPool();
        SegmentPool.Segment one = pool.take();
        SegmentPool.Segment two = pool.take();
        pool.give(one);
        pool.give(two);
        ByteQueue drained = new ByteQueue(pool);
        int count = SegmentPool.SEGMENT_SIZE + 1;
        drained.write(ByteBuffer.allocate(count), count);
        assertThat(Set.of(one.size(), two.size())).containsExactlyInAnyOrder(count - 1, 1);

        drained.read(ByteBuffer.allocate(count), count);

        assertThat(Set.of(pool.take(), pool.take())).containsExactlyInAnyOrder(one, two);
        assertThat(one.size() + two.size()).isZero();
    }

    @Test
    void withdrawnSegmentsReturnToThePool() {
        SegmentPool pool = new SegmentPool();
        SegmentPool.Segment one = new SegmentPool.Segment();
        SegmentPool.Segment two = new SegmentPool.Segment();
        pool.give(one);
        pool.give(two);
        ByteQueue withdrawing = new ByteQueue(pool);
        int size = 2 * SegmentPool.SEGMENT_SIZE;
        withdrawing.write(ByteBuffer.allocate(size), size);

        withdrawing.withdraw(size - 1);

        assertThat(pool.take()).isIn(one, two);
    }

    @Test
    void aFullPoolForgetsMoreSegments() {
        SegmentPool pool = new SegmentPool();
        SegmentPool.Segment first = new SegmentPool.Segment();
        pool.give(first);
        SegmentPool.Segment more = new SegmentPool.Segment();
        for (int i = 0; i < 1_000; i++) {
            pool.give(more);
        }
        SegmentPool.Segment taken = pool.take();
        int kept = 0;
        while (taken == more) {
            kept++;
            taken = pool.take();
        }

        assertThat(taken).isSameAs(first);
        assertThat(kept).isEqualTo(511);
    }

    private void write(SplittableRandom random, int count) {
        byte[] bytes = bytes(random, count);
        ByteBuffer source = ByteBuffer.wrap(bytes);
        queue.write(source, count);
        assertThat(source.hasRemaining()).isFalse();
        for (byte b : bytes) {
            model.add(b);
        }
    }

    private void read(int count) {
        ByteBuffer target = ByteBuffer.allocate(count);
        queue.read(target, count);
        List<Byte> head = model.subList(0, count);
        assertThat(list(target.array())).isEqualTo(head);
        head.clear();
    }

    private void unread(SplittableRandom random, int count) {
        byte[] bytes = bytes(random, count);
        queue.unread(ByteBuffer.wrap(bytes));
        model.addAll(0, list(bytes));
    }

    private void withdraw(int count) {
        queue.withdraw(count);
        model.subList(model.size() - count, model.size()).clear();
    }

    private void flip(SplittableRandom random) {
        if (model.isEmpty()) {
            return;
        }
        int fromEnd = random.nextInt(model.size());
        int bit = random.nextInt(8);
        queue.flipBit(fromEnd, bit);
        int index = model.size() - 1 - fromEnd;
        model.set(index, (byte) (model.get(index) ^ (1 << bit)));
    }

    private static byte[] bytes(SplittableRandom random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static List<Byte> list(byte[] bytes) {
        List<Byte> list = new ArrayList<>(bytes.length);
        for (byte b : bytes) {
            list.add(b);
        }
        return list;
    }
}
