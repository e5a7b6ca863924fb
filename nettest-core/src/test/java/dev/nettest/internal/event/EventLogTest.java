package dev.nettest.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The log keeps all events up to a number, then the end and the surroundings of the first faults. */
class EventLogTest {
    private static final int SIZE = 1000;

    private final AtomicLong now = new AtomicLong(5);
    private final EventLog log = new EventLog(now::get, SIZE, EventLog.EXCERPT);
    private final EventSubject socket = new EventSubject() {
        @Override
        public long eventId() {
            return 1;
        }

        @Override
        public String eventName() {
            return "socket";
        }
    };

    @Test
    void keepsEachEventAndItsTime() {
        log.record(EventKind.READ, socket, 1, null);
        now.set(7);
        log.record(EventKind.READ, socket, 1, null);

        assertThat(log.events()).extracting(Event::time).containsExactly(5L, 7L);
        assertThat(log.isComplete()).isTrue();
        assertThat(log.omitted()).isZero();
    }

    @Test
    void keepsAnExcerptOrTheWholePayload() {
        ByteBuffer bytes = ByteBuffer.allocate(1000);
        EventLog whole = new EventLog(now::get, SIZE, Integer.MAX_VALUE);
        log.record(EventKind.WRITE, socket, 900, null, bytes, 100);
        whole.record(EventKind.WRITE, socket, 900, null, bytes, 100);

        assertThat(log.events().get(0).payload().kept()).isEqualTo(EventLog.EXCERPT);
        assertThat(log.events().get(0).payload().length()).isEqualTo(900);
        assertThat(whole.events().get(0).payload().kept()).isEqualTo(900);
    }

    @Test
    void theWholePayloadsTogetherHaveABound() {
        EventLog whole = new EventLog(now::get, SIZE, Integer.MAX_VALUE);
        ByteBuffer bytes = ByteBuffer.allocate(EventLog.PAYLOADS / 4);
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
                        EventLog.EXCERPT,
                        EventLog.EXCERPT);
    }

    @Test
    void aFullLogKeepsTheEndAndTheSurroundingsOfFaults() {
        for (int i = 0; i < SIZE + 5000; i++) {
            log.record(i == 100 || i == 105 ? EventKind.FAULT : EventKind.READ, socket, i, null);
        }

        assertThat(log.events())
                .extracting(Event::number)
                .startsWith(92L, 93L)
                .contains(100L, 105L, 113L)
                .doesNotContain(91L, 114L, 4999L)
                .endsWith(SIZE + 4999L)
                .hasSize(SIZE + 22);
        assertThat(log.omitted()).isEqualTo(5000 - 22);
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
