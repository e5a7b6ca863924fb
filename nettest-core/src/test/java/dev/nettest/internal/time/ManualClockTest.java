package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.testing.Background;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A manual clock and the threads of its networks: what a move waits for, and what the clock answers. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SAME_THREAD)
class ManualClockTest {
    private final ManualClock clock = new ManualClock();
    private final ActivityTracker activity = new ActivityTracker(clock, null);

    /** The explicit moves. */
    private enum Move {
        BY {
            @Override
            void run(ManualClock clock) {
                clock.advanceTimeBy(Duration.ofNanos(10));
            }
        },
        TO_NEXT {
            @Override
            void run(ManualClock clock) {
                assertThat(clock.advanceToNext()).isTrue();
            }
        },
        UNTIL_IDLE {
            @Override
            void run(ManualClock clock) {
                clock.advanceUntilIdle();
            }
        };

        abstract void run(ManualClock clock);
    }

    /** Counts a thread out once {@code mover} waits for it. Its result is the time at which that was. */
    private Background<Long> countOutWhileItWaits(Thread mover, CountDownLatch moved) {
        return Background.call(() -> {
            while (!(clock.moving.isLocked() && mover.getState() == Thread.State.TIMED_WAITING)
                    && moved.getCount() > 0) {
                Thread.onSpinWait();
            }
            long waitedAt = clock.nanoTime();
            clock.threadWaiting();
            return waitedAt;
        });
    }

    @ParameterizedTest
    @EnumSource
    void aMoveWaitsForThreadsBeforeIt(Move move) {
        CountDownLatch moved = new CountDownLatch(1);
        clock.schedule(5, () -> {});
        clock.threadRunnable();
        Background<Long> thread = countOutWhileItWaits(Thread.currentThread(), moved);

        move.run(clock);
        moved.countDown();

        assertThat(thread.result()).isZero();
    }

    /** A timer wakes a thread, which may act before the next timer or before the move returns. */
    @ParameterizedTest
    @EnumSource
    void aMoveWaitsForThreadsAfterEachInstant(Move move) {
        CountDownLatch moved = new CountDownLatch(1);
        List<Background<Long>> woken = new ArrayList<>();
        Thread mover = Thread.currentThread();
        clock.schedule(5, () -> {
            clock.threadRunnable();
            woken.add(countOutWhileItWaits(mover, moved));
        });

        move.run(clock);
        long runnable = clock.runnable;
        moved.countDown();

        assertThat(woken.get(0).result()).isEqualTo(5);
        assertThat(runnable).isZero();
    }

    @Test
    void aThreadThatMovesTheClockDoesNotWaitForItself() {
        ThreadRegistration registration = activity.register();
        clock.activities.add(activity);
        try {
            assertThat(clock.runnable).isEqualTo(1);

            clock.advanceTimeBy(Duration.ofNanos(10));

            assertThat(clock.nanoTime()).isEqualTo(10);
        } finally {
            activity.unregister(registration);
        }
    }

    @Test
    void anInterruptEndsTheWaitForThreads() {
        clock.threadRunnable();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> clock.advanceTimeBy(Duration.ofNanos(10)))
                .isInstanceOf(AssertionError.class)
                .hasMessage("interrupted while registered threads were running");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(clock.nanoTime()).isZero();
        assertThat(clock.lock.isLocked() || clock.moving.isLocked()).isFalse();
    }

    @Test
    void listenersRunAfterTheTimersOfEachInstant() {
        List<String> ran = new ArrayList<>();
        Runnable listener = () -> ran.add("end of " + clock.nanoTime());
        clock.addInstantListener(listener);
        clock.schedule(5, () -> ran.add("first"));
        clock.schedule(5, () -> ran.add("second"));
        clock.schedule(7, () -> ran.add("third"));

        clock.advanceTimeBy(Duration.ofNanos(10));
        assertThat(ran).containsExactly("first", "second", "end of 5", "third", "end of 7");

        clock.removeInstantListener(listener);
        clock.schedule(12, () -> {});
        clock.advanceUntilIdle();
        assertThat(ran).hasSize(5);
    }

    @Test
    void itMovesIfAnotherThreadMovesIt() {
        assertThat(clock.isBusyMoving()).isFalse();
        List<Boolean> seen = new ArrayList<>();
        clock.schedule(5, () -> {
            seen.add(clock.isBusyMoving());
            seen.add(Background.call(clock::isBusyMoving).result());
        });

        clock.advanceToNext();

        assertThat(seen).containsExactly(false, true);
    }

    @Test
    void onlyTheTestMovesIt() {
        assertThat(clock.isSelfAdvancing()).isFalse();
        assertThat(clock.standsByItself()).isTrue();
    }

    // ---- what it answers

    private void waitFor(boolean outside) {
        activity.waits(new NetworkWaits() {
            @Override
            public boolean areForOutside() {
                return outside;
            }

            @Override
            public void fail(String reason) {}

            @Override
            public boolean failHanging() {
                return false;
            }

            @Override
            public @Nullable Supplier<AssertionError> failureAfterInterrupt() {
                return null;
            }
        });
    }

    @Test
    void itStandsWhileNothingOutsideIsAwaited() {
        clock.activities.add(activity);
        assertThat(clock.changesIfItStands()).as("no waits are known").isEqualTo(VirtualClockImpl.MAY_MOVE);
        waitFor(false);
        long changes = clock.changesIfItStands();
        assertThat(changes).isNotNegative();

        clock.threadRunnable();
        clock.threadWaiting();
        assertThat(clock.changesIfItStands()).isEqualTo(changes + 2);
        waitFor(true);
        assertThat(clock.changesIfItStands()).isEqualTo(VirtualClockImpl.MAY_MOVE);
        assertThat(clock.lock.isLocked()).isFalse();
    }

    @Test
    void itMayMoveWhileAThreadStarts() throws Exception {
        clock.activities.add(activity);
        waitFor(false);
        CountDownLatch end = new CountDownLatch(1);
        Thread starting = activity.newThread(
                () -> {},
                work -> new Thread(() -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }));
        assertThat(clock.isAnyStarting()).as("not started").isFalse();
        starting.start();

        assertThat(clock.isAnyStarting()).isTrue();
        assertThat(clock.changesIfItStands()).isEqualTo(VirtualClockImpl.MAY_MOVE);
        end.countDown();
        starting.join();

        assertThat(clock.isAnyStarting()).isFalse();
        assertThat(clock.changesIfItStands()).isNotNegative();
    }

    @Test
    void aThreadThatIsCountedInOnePlaceOnlyIsBusy() {
        clock.activities.add(activity);
        assertThat(clock.busy(0, null)).isNull();

        BusyReason busy = clock.busy(1, null);

        assertThat(busy).isNotNull();
        assertThat(busy.describe()).isEqualTo("a thread is entering or leaving a wait");
    }

    @Test
    void itsLockIsFreeAfterEachQuestion() {
        clock.activities.add(activity);

        clock.schedule(5, () -> {}).cancel();
        clock.threadRunnable();
        clock.threadWaiting();
        clock.advanceUntilIdle();
        clock.allCountedThreadsWait();

        assertThat(clock.lock.isLocked()).isFalse();
        assertThat(clock.nanoTime()).isZero();
    }
}
