package dev.nettest.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.TracePayload;
import dev.nettest.testing.Background;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which events the ring holds, and that it never shows an event that was not recorded. */
class EventRingTest {
    private final AtomicLong now = new AtomicLong(5);
    private final EventRing ring = EventRing.small(now::get, true);
    private final NumberedSocket first = new NumberedSocket(1);
    private final NumberedSocket second = new NumberedSocket(2);

    @Test
    void anEmptyRingHoldsNothing() {
        assertThat(ring.events()).isEmpty();
    }

    @Test
    void holdsEventsInOrder() {
        ring.record(EventKind.LISTEN, first, 0, null);
        now.set(7);
        ring.record(EventKind.READ, second, 1234, "detail");

        assertThat(ring.events())
                .containsExactly(
                        new Event(0, EventKind.LISTEN, first, 0, 1, 5, TracePayload.EMPTY, null),
                        new Event(1, EventKind.READ, second, 1234, 1, 7, TracePayload.EMPTY, "detail"));
    }

    @Test
    void holdsEveryKind() {
        for (EventKind kind : EventKind.values()) {
            ring.record(kind, first, 2, null);
        }

        assertThat(ring.events()).extracting(Event::kind).containsExactly(EventKind.values());
    }

    @Test
    void countsEqualEventsInARow() {
        for (int i = 0; i < 1000; i++) {
            ring.record(EventKind.READ, first, 1, null);
        }
        ring.record(EventKind.READ, second, 1, null);
        ring.record(EventKind.READ, second, 2, null);
        ring.record(EventKind.CLOSE, second, 2, null);
        ring.record(EventKind.CLOSE, second, 2, "detail");

        assertThat(ring.events()).extracting(Event::count).containsExactly(1000L, 1L, 1L, 1L, 1L);
    }

    @Test
    void keepsTheFirstBytesOfATransfer() {
        ByteBuffer bytes = ByteBuffer.wrap("..0123456789abcdefghijklmnopqrst".getBytes(StandardCharsets.UTF_8));
        ring.record(EventKind.WRITE, first, 30, null, bytes, 2);
        ring.record(EventKind.WRITE, second, 30, null, bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN), 2);
        ring.record(EventKind.WRITE, first, 3, null, bytes, 2);

        assertThat(ring.events())
                .extracting(event -> event.payload().text())
                .containsExactly("0123456789abcdefghijklmn", "0123456789abcdefghijklmn", "012");
    }

    @Test
    void joinsTheBytesOfEqualTransfers() {
        ByteBuffer bytes = ByteBuffer.wrap("0123456789abcdefghijklmnopqrst".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 30; i++) {
            ring.record(EventKind.WRITE, first, 1, null, bytes, i);
        }
        for (int i = 0; i < 3; i++) {
            ring.record(EventKind.WRITE, second, 10, null, bytes, 10 * i);
        }

        assertThat(ring.events())
                .extracting(event -> event.payload().text())
                .containsExactly("0123456789abcdefghijklmn", "0123456789abcdefghijklmn");
    }

    @Test
    void forgetsTheOldest() {
        for (int i = 0; i < 1000; i++) {
            ring.record(EventKind.READ, first, i + 1, null);
        }

        List<Event> last = ring.events();
        assertThat(last).hasSize(EventRing.SMALL);
        assertThat(last.get(0).number()).isEqualTo(1000 - EventRing.SMALL);
        assertThat(last.get(EventRing.SMALL - 1))
                .isEqualTo(new Event(999, EventKind.READ, first, 1000, 1, 5, TracePayload.EMPTY, null));
    }

    @Test
    void keepsTheSurroundingsOfTheFirstFaults() {
        for (int i = 0; i < 1000; i++) {
            ring.record(i == 50 || i == 990 ? EventKind.FAULT : EventKind.READ, first, i + 1, null);
        }

        assertThat(ring.events())
                .extracting(Event::number)
                .startsWith(42L, 43L, 44L)
                .contains(50L, 58L, 990L)
                .doesNotContain(41L, 59L)
                .endsWith(999L)
                .hasSize(EventRing.SMALL + 17)
                .isSorted();
        assertThat(ring.omitted()).isEqualTo(1000 - EventRing.SMALL - 17);
    }

    @Test
    void manyFaultsKeepNoMoreThanTheFirstThirtyTwo() {
        for (int i = 0; i < 10_000; i++) {
            ring.record(i % 100 == 0 ? EventKind.FAULT : EventKind.READ, first, i + 1, null);
        }

        assertThat(ring.events())
                .filteredOn(event -> event.kind() == EventKind.FAULT)
                .extracting(Event::number)
                .startsWith(0L, 100L)
                .contains(3100L)
                .doesNotContain(3200L, 9600L)
                .endsWith(9800L, 9900L);
    }

    @Test
    void onlyRareEventsHaveTheTimeOfAClockThatCosts() {
        EventRing real = EventRing.small(now::get, false);
        real.record(EventKind.LISTEN, first, 0, null);
        real.record(EventKind.WRITE, first, 1, null);
        real.record(EventKind.TIMEOUT, first, 0, null);

        assertThat(real.events()).extracting(Event::time).containsExactly(5L, Event.UNTIMED, 5L);
    }

    @Test
    void neverMixesTwoEvents() {
        int enough = 20_000;
        AtomicBoolean done = new AtomicBoolean();
        List<Background<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            int own = writer;
            writers.add(Background.run(() -> {
                for (long id = own; !done.get(); id += 4) {
                    NumberedSocket subject = new NumberedSocket(id);
                    ring.record(EventKind.values()[(int) (id % 9)], subject, 3 * id + 1, subject);
                    ring.record(EventKind.values()[(int) (id % 9)], subject, 3 * id + 1, subject);
                }
            }));
        }
        try {
            for (int seen = 0; seen < enough; ) {
                long previous = -1;
                for (Event event : ring.events()) {
                    long id = event.subject().eventId();
                    assertThat(event.value()).isEqualTo(3 * id + 1);
                    assertThat(event.detail()).isSameAs(event.subject());
                    assertThat(event.kind()).isEqualTo(EventKind.values()[(int) (id % 9)]);
                    assertThat(event.count()).isBetween(1L, 2L);
                    assertThat(event.number()).isGreaterThan(previous);
                    previous = event.number();
                    seen++;
                }
            }
        } finally {
            done.set(true);
        }

        writers.forEach(Background::result);
        assertThat(ring.events()).isNotEmpty();
    }

    @Test
    void findsTheLatestEventOfACondition() {
        ring.record(EventKind.CLOSE, first, 1, null);
        ring.record(EventKind.CLOSE, first, 2, null);
        ring.record(EventKind.READ, first, 3, null);

        assertThat(ring.latest(event -> event.kind() == EventKind.CLOSE))
                .extracting(Event::value)
                .isEqualTo(2L);
        assertThat(ring.latest(event -> event.kind() == EventKind.WRITE)).isNull();
    }
}
