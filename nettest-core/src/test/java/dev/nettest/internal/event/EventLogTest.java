package dev.nettest.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The log keeps each event, and its time. */
class EventLogTest {
    private final AtomicLong now = new AtomicLong(5);
    private final EventLog log = new EventLog(now::get);
    private final EventSubject socket = new NumberedSocket(1);

    @Test
    void keepsEachEventItsTimeAndAnExcerpt() {
        log.record(EventKind.READ, socket, 1, null);
        now.set(7);
        log.record(EventKind.WRITE, socket, 900, null, ByteBuffer.allocate(1000), 100);

        assertThat(log.events()).extracting(Event::time).containsExactly(5L, 7L);
        assertThat(log.events().get(1).payload().kept()).isEqualTo(64);
        assertThat(log.events().get(1).payload().length()).isEqualTo(900);
        assertThat(log.isComplete()).isTrue();
        assertThat(log.omitted()).isZero();
    }

    @Test
    void findsTheLatestEventOfACondition() {
        log.record(EventKind.CLOSE, socket, 1, null);
        log.record(EventKind.CLOSE, socket, 2, null);
        log.record(EventKind.READ, socket, 3, null);

        assertThat(log.latest(event -> event.kind() == EventKind.CLOSE))
                .extracting(Event::value)
                .isEqualTo(2L);
        assertThat(log.latest(event -> event.kind() == EventKind.WRITE)).isNull();
    }
}
