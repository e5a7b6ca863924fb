package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nettest.internal.sync.ThreadTracking;
import dev.nettest.testing.Background;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The registration of a thread, and its proofs of sleep. */
@Timeout(30)
class ThreadRegistrationTest {

    /** The first proof may find the thread on its way to its wait, and leave no mark. */
    private static final int MANY = 1000;

    private final ActivityTracker activity = new ActivityTracker(new HandClock(), null);
    private final CountDownLatch end = new CountDownLatch(1);
    private final CompletableFuture<ThreadRegistration> sleeping = new CompletableFuture<>();

    @AfterEach
    void endThreads() {
        end.countDown();
    }

    /** The registration of a thread that waits for {@link #end}. */
    private ThreadRegistration startSleeper() {
        activity.threadFactory()
                .newThread(() -> {
                    sleeping.complete(activity.own());
                    awaitTheEnd();
                })
                .start();
        return sleeping.join();
    }

    private void awaitTheEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Repeats the proof until it succeeds: the thread may be on its way to its wait. */
    private static void prove(ProcThread thread) {
        long mark;
        do {
            mark = thread.markIfAsleep();
        } while (mark < 0 || !thread.hasSleptSince(mark));
    }

    @Test
    void aProofCountsInItsOwnWait() {
        ThreadRegistration registration = startSleeper();
        ProcThread thread = registration.osThread();
        assumeTrue(thread != null, "this system does not show threads");
        for (int proofs = 0; proofs < MANY && thread.provenMark() < 0; proofs++) {
            prove(thread);
        }
        assumeTrue(thread.provenMark() >= 0, "this kernel gives no mark that a later proof can use");
        assertThat(registration.markProvenIn("wait")).isEqualTo(ProcThread.AWAKE);

        registration.probedIn("wait");

        assertThat(registration.markProvenIn("wait")).isEqualTo(thread.provenMark());
        assertThat(registration.markProvenIn("another wait")).isEqualTo(ProcThread.AWAKE);
    }

    @Test
    void aThreadThatHasNotBegunHasNoProof() {
        ThreadRegistration registration = new ThreadRegistration(activity, trackingOfThisThread());
        registration.probedIn("wait");

        assertThat(registration.osThread()).isNull();
        assertThat(registration.markProvenIn("wait")).isEqualTo(ProcThread.AWAKE);
    }

    private ThreadTracking trackingOfThisThread() {
        ThreadRegistration registration = activity.register();
        ThreadTracking tracking = registration.tracking();
        activity.unregister(registration);
        return tracking;
    }

    @Test
    void aThreadIsGoneAfterItsEnd() throws Exception {
        ThreadRegistration registration = startSleeper();
        Thread thread = registration.tracking().thread();
        assertThat(registration.isGone()).isFalse();
        end.countDown();
        thread.join();

        while (!registration.isGone()) { // the system removes it after the join
            Thread.onSpinWait();
        }
        assertThat(thread.isAlive()).isFalse();
    }

    /** A virtual thread has no thread of the system. */
    @Test
    void withoutAThreadOfTheSystemItsStateDecides() throws Exception {
        CompletableFuture<ThreadTracking> ended = new CompletableFuture<>();
        Thread thread = activity.threadFactory()
                .newThread(() -> ended.complete(activity.own().tracking()));
        thread.start();
        thread.join();

        assertThat(new ThreadRegistration(activity, ended.join()).isGone()).isTrue();
        assertThat(new ThreadRegistration(activity, trackingOfThisThread()).isGone())
                .isFalse();
    }

    @Test
    void theEndTakesBackAllThatItCounted() {
        ThreadRegistration registration = activity.register();
        registration.runnable();
        registration.runnable();
        registration.waiting();
        assertThat(ActivityTracker.count(activity.state())).isEqualTo(2);

        registration.end();
        assertThat(ActivityTracker.count(activity.state())).isZero();
        registration.end();
        registration.runnable();
        registration.waiting();

        assertThat(ActivityTracker.count(activity.state())).isZero();
        assertThat(registration.hasWork()).isFalse();
        assertThat(ThreadTracking.current()).isNull();
        activity.unregister(registration);
    }

    @Test
    void itsThreadGoesOnAfterAnotherThreadHasEndedIt() {
        ThreadRegistration registration = new ThreadRegistration(activity, trackingOfThisThread());
        registration.runnable();

        registration.end();

        Background.run(() -> {
                    registration.waiting();
                    registration.runnable();
                })
                .result();
        assertThat(ActivityTracker.count(activity.state())).isZero();
    }

    /** Threads of an executor wait for what their task was counted for. */
    @Test
    void theCountOfAWorkerMayBeNegative() {
        ThreadRegistration registration = new ThreadRegistration(activity, trackingOfThisThread());
        activity.increment();

        registration.waiting();
        registration.end();

        assertThat(ActivityTracker.count(activity.state())).isZero();
    }
}
