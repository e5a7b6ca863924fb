package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A counter that only rises, and that wakes the waiters whose number it exceeds. */
class EventCountTest {
    private final EventCount count = new EventCount();
    private final List<Long> woken = new ArrayList<>();

    @AfterEach
    void theLockIsFree() {
        assertThat(count.monitor.isLocked()).isFalse();
    }

    private void awaitMoreThan(long number) {
        CallbackWaiter.enlist(count, ReadyBits.CHANGED, number, true, () -> woken.add(number));
    }

    @Test
    void eachAdvanceAddsOne() {
        assertThat(count.count()).isZero();

        count.advance();
        count.advance();

        assertThat(count.count()).isEqualTo(2);
    }

    @Test
    void itNeverFalls() {
        count.advanceTo(5);
        count.advanceTo(3);

        assertThat(count.count()).isEqualTo(5);
    }

    @Test
    void anAdvanceWakesTheWaitersWhoseNumberItExceeds() {
        awaitMoreThan(0);
        awaitMoreThan(1);

        count.advance();
        assertThat(woken).containsExactly(0L);

        count.advance();
        assertThat(woken).containsExactly(0L, 1L);
    }

    @Test
    void aJumpWakesAllThatItPasses() {
        awaitMoreThan(3);
        awaitMoreThan(4);
        awaitMoreThan(5);

        count.advanceTo(5);

        assertThat(woken).containsExactly(3L, 4L);
    }

    @Test
    void onlyAChangeIsWaitedFor() {
        count.advance();

        assertThat(count.isReady(ReadyBits.CHANGED, 0)).isTrue();
        assertThat(count.isReady(ReadyBits.READABLE, 0)).isFalse();
    }

    /** Without the lock a waiter could be enlisted between the change and its wake-up. */
    @Test
    void itChangesUnderTheLock() {
        List<Boolean> locked = new ArrayList<>();
        Pollable beside = new Pollable(count.monitor) {
            @Override
            protected boolean holds(int condition, long amount) {
                locked.add(monitor.isHeldByCurrentThread());
                return false;
            }
        };
        CallbackWaiter.enlist(beside, ReadyBits.CHANGED, 0, true, () -> {});
        locked.clear();

        count.advance();
        count.advanceTo(7);

        assertThat(locked).isNotEmpty().doesNotContain(false);
    }
}
