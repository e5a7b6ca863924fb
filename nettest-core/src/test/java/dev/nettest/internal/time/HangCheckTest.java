package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules by which a hang is found, look by look. */
class HangCheckTest {
    private static final Map<Long, Long> ASLEEP = Map.of(1L, 5L);
    private static final Map<Long, Long> ASLEEP_AFTER_A_RUN = Map.of(1L, 6L);

    /** In place of the CPU times: a thread can act. */
    private static final Map<Long, Long> ACTIVE = null;

    private final Subject clock = new Subject();

    /** A clock, and the check of it. */
    private static final class Subject {
        private long changes = 7;
        private boolean allWait;
        private boolean hasWaits = true;
        private int failures;
        private final HangCheck check = new HangCheck(() -> changes, () -> allWait, this::fail);

        private boolean fail() {
            failures += hasWaits ? 1 : 0;
            return hasWaits;
        }
    }

    /** Looks {@code times} times, beside threads with these CPU times. */
    private void look(int times, Map<Long, Long> threads) {
        for (int i = 0; i < times; i++) {
            clock.check.look(() -> threads);
        }
    }

    /** The looks after which a clock that stands beside sleeping threads has hung: one more notes its changes. */
    private static final int HANG = 1 + HangCheck.LOOKS;

    private static final int LONG_HANG = 1 + HangCheck.LOOKS_BESIDE_OTHERS;

    @Test
    void aClockThatStandsBesideSleepingThreadsHangs() {
        look(HANG - 1, ASLEEP);
        assertThat(clock.failures).isZero();

        look(1, ASLEEP);
        assertThat(clock.failures).isEqualTo(1);
    }

    @Test
    void theCheckBeginsAgainAfterAHang() {
        look(2 * HANG - 1, ASLEEP);
        assertThat(clock.failures).isEqualTo(1);

        look(1, ASLEEP);
        assertThat(clock.failures).isEqualTo(2);
    }

    @Test
    void aClockThatMayMoveDoesNotHang() {
        clock.changes = VirtualClockImpl.MAY_MOVE;
        clock.allWait = true;

        look(2 * LONG_HANG, ASLEEP);

        assertThat(clock.failures).isZero();
    }

    @Test
    void aChangeOfTheCountBeginsAgain() {
        look(HANG - 1, ASLEEP);
        clock.changes++;
        look(HANG - 1, ASLEEP);
        assertThat(clock.failures).isZero();

        look(1, ASLEEP);
        assertThat(clock.failures).isEqualTo(1);
    }

    @Test
    void aThreadThatRanDelaysItByAnotherPeriod() {
        look(HANG - 1, ASLEEP);
        look(HangCheck.LOOKS, ASLEEP_AFTER_A_RUN);
        assertThat(clock.failures).isZero();

        look(1, ASLEEP_AFTER_A_RUN);
        assertThat(clock.failures).isEqualTo(1);
    }

    @Test
    void aThreadThatCanActPreventsItForUnregisteredWaits() {
        look(2 * LONG_HANG, ACTIVE);

        assertThat(clock.failures).isZero();
    }

    @Test
    void besideThreadsThatActItTakesLongerAndAllRegisteredThreadsMustWait() {
        clock.allWait = true;
        look(LONG_HANG - 1, ACTIVE);
        assertThat(clock.failures).isZero();

        look(1, ACTIVE);
        assertThat(clock.failures).isEqualTo(1);
    }

    @Test
    void theLongPeriodGoesOnIfARegisteredThreadRunsAtItsEnd() {
        look(LONG_HANG, ACTIVE);
        clock.allWait = true;
        look(HangCheck.LOOKS - 1, ACTIVE);
        assertThat(clock.failures).isZero();

        look(1, ACTIVE);
        assertThat(clock.failures).isEqualTo(1);
    }

    // ---- one round over several clocks

    private int threadLooks;

    private Map<Long, Long> countedLook() {
        threadLooks++;
        return ASLEEP;
    }

    private void rounds(int count, Subject... subjects) {
        List<HangCheck> checks =
                List.of(subjects).stream().map(subject -> subject.check).toList();
        for (int i = 0; i < count; i++) {
            HangMonitor.look(checks, this::countedLook);
        }
    }

    @Test
    void oneRoundLooksAtTheThreadsOnce() {
        Subject other = new Subject();
        clock.hasWaits = false;
        other.hasWaits = false;

        rounds(1, clock, other);
        assertThat(threadLooks).isZero(); // the clocks have to stand first

        rounds(1, clock, other);
        assertThat(threadLooks).isEqualTo(1);

        rounds(HangCheck.LOOKS - 2, clock, other);
        assertThat(threadLooks).isEqualTo(1);

        rounds(1, clock, other);
        assertThat(threadLooks).isEqualTo(2);
    }

    @Test
    void aThreadThatWasFreedMayActOnTheOtherClocks() {
        Subject other = new Subject();

        rounds(HANG, clock, other);
        assertThat(clock.failures).isEqualTo(1);
        assertThat(other.failures).isZero();

        clock.hasWaits = false;
        rounds(2 * HangCheck.LOOKS, clock, other);
        assertThat(other.failures).isEqualTo(1);
    }

    @Test
    void aClockWithoutWaitsDoesNotDelayTheOthers() {
        Subject other = new Subject();
        clock.hasWaits = false;

        rounds(HANG, clock, other);

        assertThat(other.failures).isEqualTo(1);
    }
}
