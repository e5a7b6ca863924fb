package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The timers of segments in flight, on a clock that the test sets. */
class InFlightTest {
    private static final long LATENCY = 10;

    private static final int RETRIES = 3;

    private final ManualTimers timers = new ManualTimers();
    private final TcpTimeouts timeouts = TcpTimeouts.of(timers, RETRIES, RETRIES);
    private final StreamEndpoint writer = StreamEndpoint.pair(new SegmentPool(), 100, 100, false);
    private final StreamEndpoint reader = writer.peer();

    private static final class SlowRoute implements DelayLine {
        @Override
        public long arrival(long now, int bytes) {
            return now + LATENCY;
        }

        @Override
        public long lastDeparture() {
            return 0;
        }

        @Override
        public long resetArrival(long now) {
            return now + LATENCY;
        }

        @Override
        public long latency() {
            return LATENCY;
        }

        @Override
        public boolean losesAll() {
            return false;
        }

        @Override
        public boolean isSegmented() {
            return false;
        }
    }

    private void write(int count) {
        writer.lock();
        writer.writer().write(ByteBuffer.allocate(count));
        writer.leave();
    }

    private void slow() {
        reader.lock();
        reader.route(new SlowRoute(), new SlowRoute(), true, timeouts);
        reader.leave();
    }

    private void hold() {
        reader.lock();
        reader.hold(false, false, timeouts);
        reader.leave();
    }

    private void release() {
        reader.lock();
        reader.open();
        reader.transmitReleased();
        reader.leave();
    }

    @Test
    void oneTimerRunsForTheNextArrival() {
        slow();
        write(1);
        timers.now = 1;
        write(1);
        assertThat(timers.running()).containsExactly(LATENCY);

        timers.now = LATENCY;
        timers.all.get(0).action.run();

        assertThat(timers.running()).containsExactly(LATENCY, LATENCY + 1);
    }

    @Test
    void lateFiringOfACancelledTimerLeavesOneTimer() {
        slow();
        write(1);
        ManualTimers.Scheduled arrival = timers.all.get(0);
        hold();
        assertThat(timers.running()).containsExactly(TimeUnit.SECONDS.toNanos(3));

        arrival.action.run();
        release();

        assertThat(timers.running()).containsExactly(LATENCY);
    }
}
