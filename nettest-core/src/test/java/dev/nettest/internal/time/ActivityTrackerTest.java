package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.NetworkClock;
import dev.nettest.internal.sync.DialGate;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadTracking;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.sync.TrackedThread;
import dev.nettest.testing.Background;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The count of what keeps a network busy, and what its clock learns of it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SAME_THREAD)
class ActivityTrackerTest {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile @Nullable Thread counter;
    private final NotingClock clock = new NotingClock();
    private final ActivityTracker activity = new ActivityTracker(clock, null);

    /** A clock that only notes what it is told. */
    private final class NotingClock implements NetworkClock {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public Timer schedule(long instant, Runnable action) {
            throw new AssertionError("nothing is scheduled");
        }

        @Override
        public boolean isVirtual() {
            return false;
        }

        @Override
        public void threadRunnable() {
            calls.add("runnable");
            counter = Thread.currentThread();
        }

        @Override
        public void threadWaiting() {
            calls.add("waiting");
        }
    }

    @AfterEach
    void thisThreadIsNotRegistered() {
        assertThat(ThreadTracking.current()).isNull();
    }

    private int count() {
        return ActivityTracker.count(activity.state());
    }

    @Test
    void theClockIsToldOfEachThreadAndIdlenessComesBeforeTime() {
        activity.onIdle(() -> calls.add("idle"));

        activity.increment();
        activity.increment();
        assertThat(count()).isEqualTo(2);
        activity.decrement();
        activity.decrement();

        assertThat(count()).isZero();
        assertThat(calls).containsExactly("runnable", "runnable", "waiting", "idle", "waiting");
    }

    @Test
    void eachChangeMakesAnotherState() {
        long before = activity.state();

        activity.increment();
        activity.decrement();

        assertThat(activity.state()).isNotEqualTo(before);
        assertThat(count()).isZero();
    }

    @Test
    void theLastDeliveryMakesItIdle() {
        activity.onIdle(() -> calls.add("idle"));

        activity.deliveryStarted();
        activity.deliveryStarted();
        assertThat(activity.inFlight()).isEqualTo(2);
        activity.deliveryFinished();
        assertThat(calls).isEmpty();
        activity.deliveryFinished();

        assertThat(calls).containsExactly("idle");
        assertThat(activity.inFlight()).isZero();
    }

    @Test
    void onAManualClockNoDeliveryIsInFlight() {
        ActivityTracker manual = new ActivityTracker(new ManualClock(), null);
        ActivityTracker advancing = new ActivityTracker(new SelfAdvancingClock(), null);
        manual.deliveryStarted();
        advancing.deliveryStarted();

        assertThat(manual.inFlight()).isZero();
        assertThat(advancing.inFlight()).isEqualTo(1);
        assertThat(manual.selfAdvancing()).isNull();
        assertThat(advancing.selfAdvancing()).isSameAs(advancing.clock());
    }

    // ---- registration

    @Test
    void aThreadIsRegisteredUntilItUnregisters() {
        assertThat(activity.current()).isNull();
        ThreadRegistration registration = activity.register();

        assertThat(activity.current()).isSameAs(registration);
        assertThat(registration.activity()).isSameAs(activity);
        assertThat(registration.hasWork()).isTrue();
        assertThat(registration.osThread()).isNotNull();
        assertThat(activity.registrations()).containsExactly(registration);
        assertThat(count()).isEqualTo(1);
        assertThat(ActivityTracker.isCurrentRegisteredOn(clock)).isTrue();
        assertThat(ActivityTracker.isCurrentRegisteredOn(new ManualClock())).isFalse();
        assertThat(new ActivityTracker(clock, null).current()).isNull();

        activity.unregister(registration);
        activity.unregister(registration);

        assertThat(activity.current()).isNull();
        assertThat(activity.registrations()).isEmpty();
        assertThat(registration.hasWork()).isFalse();
        assertThat(count()).isZero();
        assertThat(calls).containsExactly("runnable", "waiting");
        assertThat(ActivityTracker.isCurrentRegisteredOn(clock)).isFalse();
    }

    @Test
    void anEndedRegistrationCountsNothing() {
        ThreadRegistration registration = activity.register();
        registration.runnable();
        assertThat(count()).isEqualTo(2);

        activity.unregister(registration);
        registration.runnable();
        registration.waiting();

        assertThat(count()).isZero();
        assertThat(calls).containsExactly("runnable", "runnable", "waiting", "waiting");
    }

    @Test
    void aSelfAdvancingClockCountsParticipations() {
        SelfAdvancingClock advancing = new SelfAdvancingClock();
        ActivityTracker moved = new ActivityTracker(advancing, null);
        assertThat(advancing.hasParticipations()).isFalse();

        ThreadRegistration registration = moved.register();
        assertThat(advancing.hasParticipations()).isTrue();
        moved.unregister(registration);

        assertThat(advancing.hasParticipations()).isFalse();
    }

    @Test
    void itKnowsTheWaitsOfItsThreads() {
        DialGate gate = new DialGate();
        gate.setClosed(true);
        Timers timers = new ClockTimers(clock, activity);
        assertThat(timers.isVirtual()).isFalse();
        ThreadRegistration registration = activity.register();
        activity.onIdle(() -> {
            assertThat(activity.waitsOfRegisteredThreads()).hasSize(1);
            calls.add("waits");
            gate.setClosed(false);
        });
        assertThat(activity.waitsOfRegisteredThreads()).isEmpty();

        ThreadWaiter.awaitTurn(gate, ReadyBits.OPEN, timers, Timers.NEVER, true);

        activity.onIdle(() -> {});
        activity.unregister(registration);
        assertThat(calls).contains("waits");
    }

    @Test
    void aRegistrationIsForgotten() {
        ThreadRegistration registration = activity.register();

        activity.forget(registration);

        assertThat(activity.registrations()).isEmpty();
        assertThat(count()).isZero();
    }

    // ---- threads that join by themselves

    private final ActivityTracker joined =
            new ActivityTracker(clock, thread -> !thread.getName().equals("stranger"));

    @Test
    void aThreadJoinsOnceAndLeaves() {
        joined.joinIfWanted();
        ThreadRegistration registration = joined.current();
        assertThat(registration).isNotNull();
        joined.joinIfWanted();
        assertThat(joined.registrations()).containsExactly(registration);

        assertThat(joined.leaveJoined(registration)).isTrue();
        assertThat(joined.leaveJoined(registration)).isFalse();

        assertThat(joined.current()).isNull();
        assertThat(joined.registrations()).isEmpty();
        assertThat(calls).containsExactly("runnable", "waiting");
    }

    @Test
    void aRegisteredThreadDoesNotLeaveLikeOneThatJoined() {
        ThreadRegistration registration = joined.register();

        assertThat(joined.leaveJoined(registration)).isFalse();

        assertThat(joined.current()).isSameAs(registration);
        joined.unregister(registration);
    }

    @Test
    void onlyWantedThreadsJoin() {
        activity.joinIfWanted();
        assertThat(activity.current()).isNull();
        Background.run("stranger", joined::joinIfWanted).result();
        Background.run("nettest-clock", joined::joinIfWanted).result();
        assertThat(joined.registrations()).isEmpty();

        joined.end();
        joined.joinIfWanted();

        assertThat(joined.current()).isNull();
    }

    // ---- threads that are made here

    @Test
    void aMadeThreadCountsFromItsStartToItsEnd() throws Exception {
        Thread thread = activity.threadFactory().newThread(() -> {
            ThreadRegistration own = activity.own();
            calls.add(count() + " " + own.hasWork() + " " + activity.isAnyStarting());
        });
        assertThat(thread.getName()).isEqualTo("nettest-thread-1");
        assertThat(thread).isInstanceOf(TrackedThread.class);
        assertThat(activity.isAnyStarting()).isFalse();

        thread.start();
        thread.join();

        assertThat(calls).containsExactly("runnable", "1 true false", "waiting");
        assertThat(count()).isZero();
        assertThat(activity.threadFactory().newThread(() -> {}).getName()).isEqualTo("nettest-thread-2");
    }

    @Test
    void aMadeThreadIsCountedByTheThreadThatStartsIt() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = activity.threadFactory().newThread(() -> await(end));

        thread.start();
        assertThat(count()).isEqualTo(1);
        assertThat(counter).isSameAs(Thread.currentThread());
        assertThatThrownBy(thread::start).isInstanceOf(IllegalThreadStateException.class);
        assertThat(count()).isEqualTo(1);

        end.countDown();
        thread.join();
        assertThat(count()).isZero();
    }

    /** Pools of JDK 21 and later start their threads without a call of {@code start}. */
    @Test
    void aThreadOfAPoolCountsWhileItRuns() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(1, activity.threadFactory());

        assertThat(pool.submit(this::count).get()).isEqualTo(1);

        pool.shutdown();
        assertThat(pool.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        while (count() > 0) {
            Thread.onSpinWait(); // the thread counts until it has ended
        }
    }

    @Test
    void aThreadOfAnotherFactoryCountsWhileItWorks() throws Exception {
        CountDownLatch begin = new CountDownLatch(1);
        Thread thread = activity.newThread(
                () -> calls.add(count() + " " + activity.isAnyStarting()),
                work -> new Thread(() -> {
                    await(begin);
                    work.run();
                }));
        thread.start();
        assertThat(activity.isAnyStarting()).isTrue();

        begin.countDown();
        thread.join();

        assertThat(calls).containsExactly("runnable", "1 false", "waiting");
        assertThat(activity.registrations()).isEmpty();
        assertThat(activity.newThread(() -> {}, work -> null)).isNull();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Workers of an executor are counted by their tasks. */
    @Test
    void aWorkerDoesNotCountItself() throws Exception {
        Thread worker = activity.newWorker(() -> calls.add("works at " + count()), "nettest-worker");

        worker.start();
        worker.join();

        assertThat(worker.getName()).isEqualTo("nettest-worker");
        assertThat(calls).containsExactly("works at 0");
        assertThat(activity.registrations()).hasSize(1);
    }

    @Test
    void theRegistrationsOfManyEndedThreadsAreDropped() throws Exception {
        for (int i = 0; i < 80; i++) {
            Thread worker = activity.newWorker(() -> {}, "nettest-worker");
            worker.start();
            worker.join();
        }

        assertThat(activity.registrations()).hasSizeBetween(1, 66);
    }

    // ---- the end

    @Test
    void theEndGivesTheClockItsCountsBack() {
        activity.onEnd(() -> calls.add("end"));
        ThreadRegistration registration = activity.register();
        activity.increment();
        activity.increment();
        calls.clear();
        assertThat(activity.isEnded()).isFalse();

        activity.end();

        assertThat(activity.isEnded()).isTrue();
        assertThat(activity.current()).isNull();
        assertThat(registration.hasWork()).isFalse();
        assertThat(calls).containsExactly("waiting", "waiting", "waiting", "end");
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void afterTheEndTheClockIsToldNothing() {
        activity.end();
        calls.clear();

        activity.increment();
        assertThat(count()).isEqualTo(1);
        activity.decrement();

        assertThat(count()).isZero();
        assertThat(calls).isEmpty();
    }

    @Test
    void afterTheEndARegistrationEndsAtOnce() {
        activity.end();

        ThreadRegistration registration = activity.register();

        assertThat(activity.current()).isNull();
        assertThat(registration.hasWork()).isFalse();
        assertThat(activity.registrations()).isEmpty();
    }

    @Test
    void theEndEndsThreadsThatJoined() {
        joined.joinIfWanted();

        joined.end();

        assertThat(joined.current()).isNull();
        assertThat(joined.registrations()).isEmpty();
    }

    @Test
    void theClocksOfANetworkForgetIt() {
        ManualClock manual = new ManualClock();
        ActivityTracker network = new ActivityTracker(manual, null);
        manual.activities.add(network);

        network.end();

        assertThat(manual.activities).isEmpty();
    }

    @Test
    void theThreadOfTheClockIsTold() throws Exception {
        assertThat(activity.clockThread()).isNull();
        assertThat(new ActivityTracker(new ManualClock(), null).clockThread()).isNull();
        SystemClock system = new SystemClock();
        ActivityTracker real = new ActivityTracker(system, null);
        assertThat(real.clockThread()).as("it has not begun").isNull();
        CountDownLatch ran = new CountDownLatch(1);

        system.schedule(system.nanoTime(), ran::countDown);
        ran.await();

        assertThat(real.clockThread()).isNotNull();
    }
}
