package dev.nettest.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.internal.util.EventRing.Event;
import dev.nettest.internal.util.EventRing.Kind;
import dev.nettest.testing.Background;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Which events the ring holds, and that it never shows an event that was not recorded. */
class EventRingTest {
    private final EventRing ring = new EventRing(null);

    @Test
    void anEmptyRingHoldsNothing() {
        assertThat(ring.last()).isEmpty();
    }

    @Test
    void holdsEventsInOrder() {
        ring.record(Kind.LISTEN, -81, 0);
        ring.record(Kind.WRITE, 7, 1234);

        assertThat(ring.last()).containsExactly(new Event(0, Kind.LISTEN, -81, 0), new Event(1, Kind.WRITE, 7, 1234));
    }

    @Test
    void holdsEveryKind() {
        for (Kind kind : Kind.values()) {
            ring.record(kind, 1, 2);
        }

        assertThat(ring.last()).extracting(Event::kind).containsExactly(Kind.values());
    }

    @Test
    void forgetsTheOldest() {
        for (int i = 0; i < 1000; i++) {
            ring.record(Kind.READ, i, i);
        }

        List<Event> last = ring.last();
        assertThat(last).hasSize(64);
        assertThat(last.get(0)).isEqualTo(new Event(936, Kind.READ, 936, 936));
        assertThat(last.get(63)).isEqualTo(new Event(999, Kind.READ, 999, 999));
    }

    @Test
    void neverMixesTwoEvents() {
        int enough = 20_000;
        AtomicBoolean done = new AtomicBoolean();
        List<Background<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            int first = writer;
            writers.add(Background.run(() -> {
                for (long subject = first; !done.get(); subject += 4) {
                    ring.record(Kind.values()[(int) (subject % 9)], subject, 3 * subject + 1);
                }
            }));
        }
        try {
            for (int seen = 0; seen < enough; ) {
                long previous = -1;
                for (Event event : ring.last()) {
                    assertThat(event.value()).isEqualTo(3 * event.subject() + 1);
                    assertThat(event.kind()).isEqualTo(Kind.values()[(int) (event.subject() % 9)]);
                    assertThat(event.number()).isGreaterThan(previous);
                    previous = event.number();
                    seen++;
                }
            }
        } finally {
            done.set(true);
        }

        writers.forEach(Background::result);
        assertThat(ring.last()).isNotEmpty();
    }
}
