package dev.nettest.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A large ring keeps each event up to a number, then the end and the surroundings of the first faults. */
class LargeEventRingTest {
    private static final int SIZE = 1024;

    private final AtomicLong now = new AtomicLong(5);
    private final EventRing ring = EventRing.ofSize(SIZE, now::get, false);
    private final EventSubject socket = new NumberedSocket(1);

    @Test
    void keepsEachEventAndItsTime() {
        ring.record(EventKind.READ, socket, 1, null);
        now.set(7);
        ring.record(EventKind.READ, socket, 1, null);

        assertThat(ring.events()).extracting(Event::time).containsExactly(5L, 7L);
        assertThat(ring.isComplete()).isTrue();
        assertThat(ring.omitted()).isZero();
    }

    @Test
    void keepsAnExcerptOrTheWholePayload() {
        ByteBuffer bytes = ByteBuffer.allocate(1000);
        EventRing whole = EventRing.ofSize(SIZE, now::get, true);
        ring.record(EventKind.WRITE, socket, 900, null, bytes, 100);
        whole.record(EventKind.WRITE, socket, 900, null, bytes, 100);

        assertThat(ring.events().get(0).payload().kept()).isEqualTo(EventRing.LARGE_EXCERPT);
        assertThat(ring.events().get(0).payload().length()).isEqualTo(900);
        assertThat(whole.events().get(0).payload().kept()).isEqualTo(900);
    }

    @Test
    void theWholePayloadsTogetherHaveABound() {
        EventRing whole = EventRing.ofSize(SIZE, now::get, true);
        ByteBuffer bytes = ByteBuffer.allocate(EventRing.PAYLOADS / 4);
        for (int i = 0; i < 6; i++) {
            whole.record(EventKind.WRITE, socket, bytes.capacity(), null, bytes, 0);
        }

        assertThat(whole.events())
                .extracting(event -> event.payload().kept())
                .containsExactly(
                        bytes.capacity(),
                        bytes.capacity(),
                        bytes.capacity(),
                        bytes.capacity(),
                        EventRing.LARGE_EXCERPT,
                        EventRing.LARGE_EXCERPT);
    }

    @Test
    void aFullRingKeepsTheEndAndTheSurroundingsOfFaults() {
        for (int i = 0; i < SIZE + 5000; i++) {
            ring.record(i == 100 || i == 105 ? EventKind.FAULT : EventKind.READ, socket, i, null);
        }

        assertThat(ring.events())
                .extracting(Event::number)
                .startsWith(92L, 93L)
                .contains(100L, 105L, 113L)
                .doesNotContain(91L, 114L, 4999L)
                .endsWith(SIZE + 4999L)
                .hasSize(SIZE + 22);
        assertThat(ring.omitted()).isEqualTo(5000 - 22);
    }

    @Test
    void overwrittenPayloadsMakeRoom() {
        EventRing whole = EventRing.ofSize(32, now::get, true);
        ByteBuffer bytes = ByteBuffer.allocate(EventRing.PAYLOADS / 32);
        for (int i = 0; i < 100; i++) {
            whole.record(EventKind.WRITE, socket, bytes.capacity(), null, bytes, 0);
        }

        assertThat(whole.events())
                .hasSize(32)
                .allSatisfy(event -> assertThat(event.payload().kept()).isEqualTo(bytes.capacity()));
    }

    @Test
    void aSmallPayloadAfterALargeOneIsItself() {
        EventRing whole = EventRing.ofSize(32, now::get, true);
        ByteBuffer bytes = ByteBuffer.wrap("abc".getBytes(StandardCharsets.UTF_8));
        whole.record(EventKind.WRITE, socket, 100, null, ByteBuffer.allocate(100), 0);
        for (int i = 0; i < 31; i++) {
            whole.record(EventKind.READ, socket, 1, null);
        }
        whole.record(EventKind.WRITE, socket, 3, null, bytes, 0);

        assertThat(whole.events().get(31).payload().text()).isEqualTo("abc");
        assertThat(whole.events().get(0).payload().kept()).isZero();
    }
}
