package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.ReadyBits;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queries for idleness, and which of them an answer is for. */
@Timeout(30)
class IdleDetectorTest {
    private final HandClock clock = new HandClock();
    private final ActivityTracker activity = new ActivityTracker(clock, null);
    private final IdleDetector detector = new IdleDetector(activity);

    private final SelfAdvancingClock advancing = new SelfAdvancingClock();
    private final ActivityTracker moved = new ActivityTracker(advancing, null);
    private final IdleDetector answeredByClock = new IdleDetector(moved);

    @AfterEach
    void close() {
        activity.end();
        moved.end();
    }

    private static boolean isAnswered(IdleDetector detector, long ticket) {
        return detector.answered().count() >= ticket;
    }

    private static void awaitAnswer(IdleDetector detector, long ticket) {
        while (!isAnswered(detector, ticket)) {
            Thread.onSpinWait();
        }
    }

    // ---- tickets

    @Test
    void aQueryWaitsUntilItsTicketIsAnswered() {
        assertThat(detector.isAwaited()).isFalse();
        long first = detector.begin();
        assertThat(detector.isAwaited()).isTrue();
        assertThat(IdleDetector.ticket()).isGreaterThanOrEqualTo(first);

        detector.answer(first);
        assertThat(detector.isAwaited()).isFalse();
        long second = detector.begin();
        assertThat(second).isGreaterThan(first);
        detector.answer(first);

        assertThat(detector.isAwaited())
                .as("the answer came before the second query")
                .isTrue();
        detector.end();
        assertThat(detector.isAwaited()).isTrue();
        detector.end();
        assertThat(detector.isAwaited()).isFalse();
    }

    @Test
    void anAnswerIsForOneNetwork() {
        long ticket = detector.begin();
        IdleDetector other = new IdleDetector(activity);
        other.begin();

        other.answer(ticket);

        assertThat(detector.isAwaited()).isTrue();
    }

    @Test
    void aDeliveryInFlightDelaysAnAnswer() {
        assertThat(detector.isAnswerable()).isFalse();
        detector.begin();
        assertThat(detector.isAnswerable()).isTrue();

        activity.deliveryStarted();
        assertThat(detector.isAnswerable()).isFalse();
        activity.deliveryFinished();

        assertThat(detector.isAnswerable()).isFalse(); // that was the answer
    }

    // ---- answers by the counts

    @Test
    void theThreadThatWaitsLastAnswers() {
        activity.increment();
        activity.increment();
        long ticket = detector.begin();

        activity.decrement();
        assertThat(isAnswered(detector, ticket)).isFalse();
        activity.decrement();

        assertThat(isAnswered(detector, ticket)).isTrue();
    }

    @Test
    void theLastThreadDoesNotAnswerDuringADelivery() {
        activity.increment();
        activity.deliveryStarted();
        long ticket = detector.begin();

        activity.decrement();
        assertThat(isAnswered(detector, ticket)).isFalse();
        activity.deliveryFinished();

        assertThat(isAnswered(detector, ticket)).isTrue();
    }

    @Test
    void withoutAQueryNothingIsAnswered() {
        long before = detector.answered().count();

        activity.increment();
        activity.decrement();

        assertThat(detector.answered().count()).isEqualTo(before);
    }

    /** The clock has to answer before it moves, and it knows of all its networks. */
    @Test
    void theCountsDoNotAnswerForASelfAdvancingClock() {
        moved.increment();
        long ticket = answeredByClock.begin();

        moved.decrement();

        assertThat(isAnswered(answeredByClock, ticket)).isFalse();
        answeredByClock.end();
    }

    @Test
    void theCountsDoNotAnswerWhileAnotherThreadMovesTheClock() throws Exception {
        ManualClock manual = new ManualClock();
        ActivityTracker network = new ActivityTracker(manual, null);
        IdleDetector detectorOfManual = new IdleDetector(network);
        manual.join(network, detectorOfManual);
        long ticket = detectorOfManual.begin();

        whileAnotherThreadMoves(manual, () -> {
            assertThat(detectorOfManual.busy()).extracting(BusyReason::describe).isEqualTo("the clock is moving");
            detectorOfManual.startPolling();
            network.increment();
            network.decrement();
            assertThat(isAnswered(detectorOfManual, ticket)).isFalse();
        });

        assertThat(detectorOfManual.busy()).isNull();
        awaitAnswer(detectorOfManual, ticket);
        detectorOfManual.end();
        network.end();
    }

    private static void whileAnotherThreadMoves(ManualClock clock, Runnable action) throws InterruptedException {
        CountDownLatch moves = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        clock.schedule(1, () -> {
            moves.countDown();
            awaitUninterruptibly(end);
        });
        Thread mover = new Thread(clock::advanceToNext, "mover");
        mover.start();
        moves.await();
        try {
            action.run();
        } finally {
            end.countDown();
            mover.join();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // ---- answers by a probe

    @Test
    void aThreadThatAwaitsAnAnswerIsKnown() {
        long ticket = detector.begin();

        boolean known = detector.awaitAnswer(() -> {
            awaitAnswer(detector, ticket);
            return activity.idleAwaiters().contains(Thread.currentThread());
        });

        assertThat(known).isTrue();
        assertThat(activity.idleAwaiters()).isEmpty();
        assertThat(detector.busy()).isNull();
        detector.end();
    }

    @Test
    void aProbeDoesNotAnswerForANetworkThatIsBusy() {
        activity.increment();
        long ticket = detector.begin();
        detector.startPolling();

        assertThat(detector.busy())
                .extracting(BusyReason::describe)
                .asString()
                .startsWith("a task or a thread was started and has not begun yet");
        assertThat(isAnswered(detector, ticket)).isFalse();
        activity.decrement();

        awaitAnswer(detector, ticket);
        detector.end();
    }

    /** The clock could otherwise move to the limit of the query that is just answered. */
    @Test
    void theClockStandsWhileAProbeAnswers() {
        for (int round = 0; round < 100; round++) {
            AtomicInteger runnable = new AtomicInteger(-1);
            long before = detector.answered().count();
            CallbackWaiter.enlist(
                    detector.answered(), ReadyBits.CHANGED, before, true, () -> runnable.set(clock.runnable.get()));
            detector.begin();
            detector.startPolling();
            while (runnable.get() < 0) {
                Thread.onSpinWait();
            }
            assertThat(runnable.get()).as("threads that hold the clock").isPositive();
            detector.end();
        }
    }

    @Test
    void aSelfAdvancingClockAnswersByItself() {
        advancing.join(moved, answeredByClock);
        long ticket = answeredByClock.begin();
        assertThat(answeredByClock.isLeftByClock()).isFalse();

        answeredByClock.startPolling();

        awaitAnswer(answeredByClock, ticket);
        assertThat(advancing.pollingThread().unlessCurrent()).isNotNull();
        answeredByClock.end();
    }

    /** The clock has forgotten the network. */
    @Test
    void aQueryOfAClosedNetworkIsAnsweredWithoutItsClock() {
        moved.end();
        assertThat(answeredByClock.isLeftByClock()).isTrue();
        long ticket = answeredByClock.begin();

        answeredByClock.startPolling();

        awaitAnswer(answeredByClock, ticket);
        assertThat(advancing.pollingThread().unlessCurrent()).isNull();
        answeredByClock.end();
    }

    @Test
    void aQueryIsAnsweredIfTheNetworkIsClosedMeanwhile() {
        long ticket = answeredByClock.begin();

        moved.end();

        awaitAnswer(answeredByClock, ticket);
        answeredByClock.end();
    }

    @Test
    void aClosedNetworkOnAnotherClockIsNotLeft() {
        activity.end();

        assertThat(detector.isLeftByClock()).isFalse();
    }
}
