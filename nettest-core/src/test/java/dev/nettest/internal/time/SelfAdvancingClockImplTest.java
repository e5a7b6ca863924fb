package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.NetworkClock;
import dev.nettest.testing.Background;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The steps of a self-advancing clock, without a network. */
@Timeout(30)
class SelfAdvancingClockImplTest {
    private final SelfAdvancingClock clock = new SelfAdvancingClock();
    private final ActivityTracker network = new ActivityTracker(clock, null);
    private final IdleDetector detector = new IdleDetector(network);
    private final List<String> ran = new CopyOnWriteArrayList<>();

    @BeforeEach
    void join() {
        clock.join(network, detector);
    }

    @AfterEach
    void close() {
        network.end();
    }

    private void at(long instant) {
        clock.schedule(instant, () -> ran.add("timer at " + clock.nanoTime()));
    }

    /** The current thread, which is registered, waits outside of the clock's sight and continues. */
    private static void waitOnce(ThreadRegistration registration) {
        registration.waiting();
        registration.runnable();
    }

    @Test
    void theThreadThatWaitsLastMovesIt() {
        ThreadRegistration test = network.register();
        at(20);
        at(10);
        at(10);
        network.increment();

        waitOnce(test);
        assertThat(ran).as("another thread can run").isEmpty();
        network.decrement();
        assertThat(ran).as("this thread can run").isEmpty();
        waitOnce(test);

        assertThat(ran).containsExactly("timer at 10", "timer at 10", "timer at 20");
        assertThat(clock.nanoTime()).isEqualTo(20);
        network.unregister(test);
    }

    @Test
    void itStandsWithoutAParticipation() {
        assertThat(clock.hasParticipations()).isFalse();
        at(10);

        network.increment();
        network.decrement();

        assertThat(ran).isEmpty();
        assertThat(clock.standsByItself()).isTrue();
        assertThat(clock.isBusyMoving()).isFalse();
        assertThat(clock.reasonItStood(0))
                .isEqualTo("; the virtual clock stood, because no thread is registered with network.participate()");
    }

    @Test
    void aDueTimerDoesNotKeepItBusyWithoutAParticipation() {
        at(0);

        assertThat(clock.isBusyMoving()).isFalse();
    }

    @Test
    void itIsBusyWhileAnotherThreadRunsATimer() throws Exception {
        CountDownLatch moves = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        clock.schedule(1, () -> {
            moves.countDown();
            await(end);
        });
        Background<Void> mover = Background.run(() -> clock.advanceTimeBy(Duration.ofNanos(1)));
        moves.await();

        assertThat(clock.isBusyMoving()).isTrue();

        end.countDown();
        mover.result();
        assertThat(clock.isBusyMoving()).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTimerAtTheEndOfTimeDoesNotRun() {
        ThreadRegistration test = network.register();
        at(Long.MAX_VALUE);

        waitOnce(test);

        assertThat(ran).isEmpty();
        assertThat(clock.standsByItself()).isTrue();
        at(10);
        assertThat(clock.standsByItself()).isFalse();
        network.unregister(test);
    }

    @Test
    void aQueryIsAnsweredBeforeTimeMoves() {
        ThreadRegistration test = network.register();
        at(10);
        assertThat(clock.standsByItself()).isFalse();
        long ticket = detector.begin();
        clock.addInstantListener(
                () -> ran.add("answered: " + (detector.answered().count() >= ticket)));

        waitOnce(test);

        assertThat(ran).containsExactly("timer at 10", "answered: true");
        detector.end();
        network.unregister(test);
    }

    @Test
    void dueTimersRunBeforeAnAnswer() {
        ThreadRegistration test = network.register();
        long ticket = detector.begin();
        clock.schedule(0, () -> ran.add("answered: " + (detector.answered().count() >= ticket)));
        assertThat(clock.isBusyMoving()).isTrue();

        waitOnce(test);

        assertThat(ran).containsExactly("answered: false");
        assertThat(detector.isAwaited()).isFalse();
        assertThat(clock.isBusyMoving()).isFalse();
        detector.end();
        network.unregister(test);
    }

    @Test
    void aCancelledTimerNeitherRunsNorMovesIt() {
        ThreadRegistration test = network.register();
        clock.schedule(10, () -> ran.add("cancelled")).cancel();

        waitOnce(test);

        assertThat(ran).isEmpty();
        assertThat(clock.nanoTime()).isZero();
        network.unregister(test);
    }

    @Test
    void aTimerOfTheFutureIsNotDue() {
        ThreadRegistration test = network.register();
        at(1);

        assertThat(clock.isBusyMoving()).isFalse();
        network.unregister(test);
    }

    @Test
    void aQueryKeepsItFromStanding() {
        assertThat(clock.standsByItself()).isTrue();
        detector.begin();

        assertThat(clock.standsByItself()).isFalse();
        detector.end();
    }

    @Test
    void itStandsDuringASetup() throws Exception {
        ThreadRegistration test = network.register();
        at(10);
        network.increment();
        test.waiting();

        clock.whileStanding(() -> {
            network.decrement();
            assertThat(ran).isEmpty();
        });

        while (ran.isEmpty()) {
            Thread.onSpinWait(); // the polling thread moves it
        }
        test.runnable();
        network.unregister(test);
    }

    @Test
    void aSetupThatFailsIsOver() {
        assertThatThrownBy(() -> clock.whileStanding(() -> {
                    throw new IllegalStateException("setup");
                }))
                .hasMessage("setup");

        assertThat(clock.runnable).isZero();
        assertThat(clock.lock.isHeldByCurrentThread()).isFalse();
    }

    /** The clock's own thread finds that the thread waits elsewhere. */
    @Test
    void aWaitOutsideTheNetworkMovesItToo() throws Exception {
        CountDownLatch timer = new CountDownLatch(1);
        Background<Void> waiting = Background.run(() -> {
            ThreadRegistration test = network.register();
            clock.schedule(10, timer::countDown);
            timer.await();
            network.unregister(test);
        });

        waiting.result();

        assertThat(clock.nanoTime()).isEqualTo(10);
    }

    @Test
    void anExplicitMoveGoesOnToTheNextTimers() {
        ThreadRegistration test = network.register();
        test.setHasWork(false);
        test.waiting();
        at(10);
        at(20);

        clock.advanceTimeBy(Duration.ofNanos(5));

        assertThat(ran).containsExactly("timer at 10", "timer at 20");
        test.runnable();
        network.unregister(test);
    }

    @Test
    void theReasonForStandingNamesAnotherThread() throws Exception {
        ThreadRegistration test = network.register();
        assertThat(clock.reasonItStood(0)).as("the caller is no reason").isEmpty();
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        Thread other = network.threadFactory().newThread(() -> {
            running.countDown();
            while (end.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        other.setName("other");
        other.start();
        running.await();

        assertThat(clock.reasonItStood(0))
                .startsWith("; the virtual clock stood, because the thread \"other\" (RUNNABLE)");

        end.countDown();
        other.join();
        network.unregister(test);
    }

    @Test
    void aThreadThatIsNotCountedMayNotWait() {
        clock.checkMayWait(true);

        assertThatThrownBy(() -> clock.checkMayWait(false)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void itsHelperEndsWithTheLastNetwork() throws Exception {
        clock.startPolling();
        network.end();

        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("nettest-clock-watch")) {
                thread.join();
            }
        }

        assertThat(clock.isSelfAdvancing()).isTrue();
        assertThat(clock.activities).isEmpty();
    }

    @Test
    void aWaitAtTheHorizonIsNoHang() {
        SelfAdvancingClock bounded = new SelfAdvancingClock(10);
        bounded.participationOpened();
        assertThat(bounded.changesIfItStands()).isNotEqualTo(VirtualClockImpl.MAY_MOVE);

        NetworkClock.Timer beyond = bounded.schedule(11, () -> {});

        assertThat(bounded.changesIfItStands()).isEqualTo(VirtualClockImpl.MAY_MOVE);
        beyond.cancel();
        assertThat(bounded.changesIfItStands()).isNotEqualTo(VirtualClockImpl.MAY_MOVE);
    }
}
