package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Moves of a clock wait for the threads that can run. The counts of a network stand for such threads. */
@Timeout(30)
class VirtualClockImplTest {
    private final ManualClock clock = new ManualClock();
    private final ActivityTracker network = new ActivityTracker(clock, null);
    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final List<Runnable> moves =
            List.of(clock::advanceToNext, clock::advanceUntilIdle, () -> clock.advanceTimeBy(Duration.ofNanos(20)));

    @BeforeEach
    void join() {
        clock.join(network, new IdleDetector(network));
    }

    @AfterEach
    void close() {
        network.end();
    }

    private void in(long nanos) {
        clock.schedule(clock.nanoTime() + nanos, () -> ran.add("timer"));
    }

    /** A thread that moves the clock, once it pauses or has ended. */
    private static Thread start(Runnable move) {
        Thread mover = new Thread(move, "mover");
        mover.start();
        while (mover.isAlive() && mover.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return mover;
    }

    // ---- moves

    @Test
    void aMoveWaitsForAThreadThatCanRun() throws Exception {
        for (Runnable move : moves) {
            in(10);
            network.increment();
            Thread mover = start(move);
            assertThat(ran).isEmpty();
            assertThat(mover.isAlive()).isTrue();

            network.decrement();
            mover.join();

            assertThat(ran).hasSize(1);
            ran.clear();
        }
    }

    @Test
    void aMoveWaitsForTheThreadsThatATimerHasWoken() throws Exception {
        for (Runnable move : moves) {
            clock.schedule(clock.nanoTime() + 10, () -> {
                ran.add("woken");
                network.increment();
            });
            in(20);
            Thread mover = start(move);
            assertThat(ran).containsExactly("woken");
            assertThat(mover.isAlive()).isTrue();

            network.decrement();
            mover.join();
            clock.advanceUntilIdle();

            assertThat(ran).containsExactly("woken", "timer");
            ran.clear();
        }
    }

    /** A foreign factory may take some time until its thread does the work. */
    @Test
    void aMoveWaitsForAThreadThatIsStarting() throws Exception {
        CountDownLatch begin = new CountDownLatch(1);
        Thread starting = network.newThread(
                () -> ran.add("begun"),
                work -> new Thread(() -> {
                    await(begin);
                    work.run();
                }));
        in(10);
        starting.start();
        assertThat(clock.isAnyStarting()).isTrue();
        Thread mover = new Thread(clock::advanceToNext, "mover");
        mover.start();
        while (mover.isAlive() && !clock.moving.isLocked()) {
            Thread.onSpinWait();
        }
        assertThat(ran).isEmpty();

        begin.countDown();
        mover.join();
        starting.join();

        assertThat(ran).containsExactly("begun", "timer");
        assertThat(clock.isAnyStarting()).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aThreadThatMovesTheClockDoesNotWaitForItself() {
        ActivityTracker other = new ActivityTracker(clock, null);
        clock.join(other, new IdleDetector(other));
        ThreadRegistration here = network.register();
        ThreadRegistration there = other.register();
        in(10);

        assertThat(clock.advanceToNext()).isTrue();
        there.setHasWork(false);
        there.waiting();
        in(10);
        assertThat(clock.advanceToNext()).isTrue();

        assertThat(ran).hasSize(2);
        other.end();
        network.unregister(here);
    }

    @Test
    void aMoveDoesNotWaitForAThreadThatWaitsElsewhere() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread elsewhere = network.threadFactory().newThread(() -> await(end));
        elsewhere.start();
        for (Runnable move : moves) {
            in(10);

            move.run();

            assertThat(ran).hasSize(1);
            assertThat(clock.lock.isHeldByCurrentThread()).isFalse();
            ran.clear();
        }
        assertThat(clock.runnable).as("the clock does not see that wait").isEqualTo(1);
        end.countDown();
        elsewhere.join();
    }

    @Test
    void aThreadOfANetworkOnAnotherClockMovesIt() {
        ActivityTracker other = new ActivityTracker(new ManualClock(), null);
        ThreadRegistration here = other.register();
        in(10);

        assertThat(clock.advanceToNext()).isTrue();

        assertThat(ran).hasSize(1);
        other.unregister(here);
        other.end();
    }

    @Test
    void anInterruptEndsAMoveThatWaits() {
        network.increment();
        Thread.currentThread().interrupt();

        assertThatThrownBy(clock::advanceToNext)
                .isInstanceOf(AssertionError.class)
                .hasMessage("interrupted while registered threads were running");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(clock.moving.isLocked()).isFalse();
        assertThat(clock.lock.isHeldByCurrentThread()).isFalse();
        network.decrement();
    }

    @Test
    void eachInstantIsToldOnceAfterItsTimers() {
        Runnable listener = () -> ran.add("end");
        clock.addInstantListener(listener);
        in(10);
        in(10);
        in(20);

        clock.advanceUntilIdle();
        assertThat(ran).containsExactly("timer", "timer", "end", "timer", "end");
        clock.removeInstantListener(listener);
        in(10);
        clock.advanceToNext();

        assertThat(ran).endsWith("end", "timer");
    }

    // ---- counts

    @Test
    void differentCountsOfAClockAndItsNetworksAreNoAnswer() {
        assertThat(clock.busy(0, null)).isNull();
        assertThat(clock.busy(1, null))
                .extracting(BusyReason::describe)
                .isEqualTo("a thread is entering or leaving a wait");
        network.increment();

        assertThat(clock.busy(1, null))
                .extracting(BusyReason::describe)
                .asString()
                .startsWith("a task or a thread was started");
        network.decrement();
    }

    @Test
    void eachCountIsAChange() {
        network.increment();
        assertThat(clock.runnable).isEqualTo(1);
        assertThat(clock.changes).isEqualTo(1);

        network.decrement();

        assertThat(clock.runnable).isZero();
        assertThat(clock.changes).isEqualTo(2);
    }

    // ---- hangs

    /** Waits of a network, as a test sets them. */
    private static final class ScriptedWaits implements NetworkWaits {
        private boolean forOutside;
        private boolean anyFails;
        private int failures;

        @Override
        public boolean areForOutside() {
            return forOutside;
        }

        @Override
        public void fail(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public boolean failHanging() {
            failures++;
            return anyFails;
        }

        @Override
        public Supplier<AssertionError> failureAfterInterrupt() {
            throw new AssertionError("no thread waits");
        }
    }

    @Test
    void aClockStandsIfOnlyAThreadCanMoveIt() throws Exception {
        ScriptedWaits waits = new ScriptedWaits();
        network.waits(waits);
        network.increment();
        network.decrement();
        in(10);
        assertThat(clock.changesIfItStands()).isEqualTo(2);

        waits.forOutside = true;
        assertThat(clock.changesIfItStands()).isEqualTo(VirtualClockImpl.MAY_MOVE);
        waits.forOutside = false;
        clock.moving.lock();
        assertThat(clock.changesIfItStands()).isEqualTo(VirtualClockImpl.MAY_MOVE);
        clock.moving.unlock();
        CountDownLatch begin = new CountDownLatch(1);
        Thread starting = network.newThread(() -> {}, work -> new Thread(() -> await(begin)));
        starting.start();
        assertThat(clock.changesIfItStands()).isEqualTo(VirtualClockImpl.MAY_MOVE);
        begin.countDown();
        starting.join();

        assertThat(clock.changesIfItStands()).isEqualTo(2);
    }

    @Test
    void aDeliveryMovesASelfAdvancingClock() {
        SelfAdvancingClock advancing = new SelfAdvancingClock();
        ActivityTracker moved = new ActivityTracker(advancing, null);
        advancing.join(moved, new IdleDetector(moved));
        moved.waits(new ScriptedWaits());
        assertThat(advancing.changesIfItStands()).isZero();

        moved.deliveryStarted();

        assertThat(advancing.changesIfItStands()).isEqualTo(VirtualClockImpl.MAY_MOVE);
        moved.deliveryFinished();
        moved.end();
    }

    @Test
    void allRegisteredThreadsWait() {
        assertThat(clock.allCountedThreadsWait()).as("no thread is registered").isFalse();
        ThreadRegistration registration = network.register();
        assertThat(clock.allCountedThreadsWait()).isFalse();

        registration.waiting();
        assertThat(clock.allCountedThreadsWait()).isTrue();

        registration.runnable();
        network.unregister(registration);
    }

    @Test
    void theWaitsOfAllNetworksFail() {
        ActivityTracker other = new ActivityTracker(clock, null);
        clock.join(other, new IdleDetector(other));
        ScriptedWaits first = new ScriptedWaits();
        ScriptedWaits second = new ScriptedWaits();
        network.waits(first);
        other.waits(second);
        assertThat(clock.failHangingWaits()).isFalse();

        first.anyFails = true;

        assertThat(clock.failHangingWaits()).isTrue();
        assertThat(second.failures).isEqualTo(2);
        other.end();
        assertThat(clock.activities).containsExactly(network);
    }

    @Test
    void anUnknownNetworkWaitsForTheOutside() {
        assertThat(clock.changesIfItStands()).isEqualTo(VirtualClockImpl.MAY_MOVE);
        assertThat(NetworkWaits.NONE.areForOutside()).isTrue();
        assertThat(NetworkWaits.NONE.failHanging()).isFalse();
        assertThat(NetworkWaits.NONE.failureAfterInterrupt()).isNull();
    }
}
