package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nettest.internal.sync.ThreadWaiter.WaitResult;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The spin before a park, on a clock that moves by a fixed step at each reading. A spin reads it several times. */
class AdaptiveSpinTest {
    private static final int SPINNERS = Runtime.getRuntime().availableProcessors() / 2;

    /** Readings of a wait that times out: of its spin with its begin, and of the park. */
    private static final int SPUN = 4;

    private static final int PARKED = 1;

    private final DialGate gate = new DialGate();
    private final SteppingClock clock = new SteppingClock();

    private static final class SteppingClock implements Timers {
        private final Map<Integer, Runnable> atReading = new HashMap<>();
        private Runnable beforeSpin = () -> {};
        private int readings;
        private long now;
        private long step = 25_000;

        @Override
        public long now() {
            readings++;
            now += step;
            atReading.getOrDefault(readings, () -> {}).run();
            return now;
        }

        @Override
        public Timer schedule(long at, Runnable action) {
            throw new AssertionError("a thread parks with its own deadline");
        }

        @Override
        public Timer deliver(long at, Runnable arrival) {
            return schedule(at, arrival);
        }

        @Override
        public boolean isVirtual() {
            beforeSpin.run();
            return false;
        }

        @Override
        public long realTime() {
            return now;
        }

        @Override
        public void checkMayWait() {}
    }

    @BeforeEach
    void close() {
        assumeTrue(SPINNERS > 0, "threads spin only on several processors");
        gate.setClosed(true);
    }

    private WaitResult await(SteppingClock with) {
        return ThreadWaiter.awaitTurn(gate, ReadyBits.OPEN, with, with.now + 1, true);
    }

    /** The number of readings of a wait that times out, whose deadline has passed after its spin. */
    private int timeOut() {
        int before = clock.readings;
        assertThat(await(clock)).isEqualTo(WaitResult.TIMED_OUT);
        return clock.readings - before;
    }

    @Test
    void itEndsAfterFiftyMicroseconds() {
        assertThat(timeOut()).isEqualTo(SPUN);
    }

    @Test
    void eachSpinThatDoesNotPayDoublesTheWaitsThatPark() {
        for (int parks = 1; parks < 32; parks = 2 * parks + 1) {
            assertThat(timeOut()).as("before %s parks", parks).isEqualTo(SPUN);
            for (int i = 0; i < parks; i++) {
                assertThat(timeOut()).as("park %s of %s", i, parks).isEqualTo(PARKED);
            }
        }
    }

    @Test
    void noMoreThanAThousandWaitsParkInARow() {
        gate.spinsSkipped = 600;
        assertThat(timeOut()).isEqualTo(SPUN);

        assertThat(gate.spinsToSkip).isEqualTo(1_023);
    }

    @Test
    void aWakeUpDuringTheSpinPays() {
        gate.spinsSkipped = 3;
        clock.atReading.put(2, () -> gate.setClosed(false));

        assertThat(await(clock)).isEqualTo(WaitResult.READY);

        assertThat(clock.readings).isEqualTo(2);
        assertThat(gate.spinsSkipped).isZero();
        gate.setClosed(true);
        assertThat(timeOut()).isEqualTo(SPUN);
    }

    @Test
    void aWakeUpAtTheEndOfTheSpinCountsToo() {
        clock.atReading.put(3, () -> gate.setClosed(false));

        assertThat(await(clock)).isEqualTo(WaitResult.READY);

        assertThat(clock.readings).isEqualTo(3);
        gate.setClosed(true);
        gate.spinsToSkip = 0;
        clock.atReading.clear();
        assertThat(timeOut()).isEqualTo(SPUN);
    }

    @Test
    void aWakeUpBeforeTheSpinIsSeenWithoutReadingTheClock() {
        clock.beforeSpin = () -> gate.setClosed(false);

        assertThat(await(clock)).isEqualTo(WaitResult.READY);

        assertThat(clock.readings).isZero();
        assertThat(gate.spinsToSkip).isZero();
    }

    @Test
    void atMostHalfOfTheProcessorsSpin() {
        assertThat(nested(SPINNERS)).isEqualTo(PARKED);
        assertThat(nested(SPINNERS - 1)).isEqualTo(SPUN);
    }

    /** The readings of a wait inside {@code others} spins of the same thread. */
    private int nested(int others) {
        SteppingClock inner = new SteppingClock();
        DialGate closed = new DialGate();
        closed.setClosed(true);
        int[] readings = {0};
        if (others == 0) {
            ThreadWaiter.awaitTurn(closed, ReadyBits.OPEN, inner, 1, true);
            return inner.readings;
        }
        inner.atReading.put(1, () -> readings[0] = nested(others - 1));
        ThreadWaiter.awaitTurn(closed, ReadyBits.OPEN, inner, 1, true);
        return readings[0];
    }
}
