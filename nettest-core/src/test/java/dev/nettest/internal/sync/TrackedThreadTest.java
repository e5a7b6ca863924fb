package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class TrackedThreadTest {

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    @Test
    void wakerCountsAThreadThatGivesUpConcurrently() throws Exception {
        CountingTimers timers = new CountingTimers();
        AtomicReference<ThreadWaiter.WaitResult> result = new AtomicReference<>();
        TrackedThread thread = new TrackedThread(
                () -> result.set(ThreadWaiter.observe(
                        new EventCount(), ReadyBits.CHANGED, 0, timers, HOUR, timers.realTime() + 1)),
                "observer",
                tracking -> timers);
        timers.blockedThread = thread; // its real-time limit has passed; it blocks before it is counted
        thread.start();
        timers.blocked.await();

        timers.fire();
        assertThat(timers.runnable).hasValue(1);

        timers.counted.countDown();
        thread.join();
        assertThat(result).hasValue(ThreadWaiter.WaitResult.TIMED_OUT);
        assertThat(timers.runnable).hasValue(1);
    }

    @Test
    void repeatedInterruptsCountOnce() throws Exception {
        for (int round = 0; round < 500; round++) {
            CountingTimers timers = new CountingTimers();
            timers.counted.countDown();
            TrackedThread thread = new TrackedThread(() -> sleep(timers), "sleeper", tracking -> timers);
            thread.start();
            timers.waiting.await();
            Thread second = new Thread(thread::interrupt);
            second.start();
            thread.interrupt();
            assertThat(timers.runnable.get()).isPositive();
            second.join();
            thread.join();
            assertThat(timers.runnable).hasValue(1);
        }
    }

    @Test
    void anInterruptOfOneWaitDoesNotEndTheNext() throws Exception {
        for (int round = 0; round < 500; round++) {
            CountingTimers timers = new CountingTimers();
            timers.counted.countDown();
            CountDownLatch second = new CountDownLatch(1);
            AtomicReference<ThreadWaiter.WaitResult> result = new AtomicReference<>();
            TrackedThread thread = new TrackedThread(
                    () -> {
                        sleep(timers);
                        Thread.interrupted();
                        second.countDown();
                        result.set(sleep(timers));
                    },
                    "sleeper",
                    tracking -> timers);
            thread.start();
            timers.waiting.await();
            thread.interrupt();
            second.await();
            timers.scheduledTwice.await();
            timers.fire();
            thread.join();
            assertThat(result).hasValue(ThreadWaiter.WaitResult.TIMED_OUT);
        }
    }

    private static ThreadWaiter.WaitResult sleep(Timers timers) {
        return ThreadWaiter.sleep(timers, HOUR);
    }

    /** A clock that stands still and counts runnable threads; it can block one thread before counting it. */
    private static final class CountingTimers implements Timers, RunnableListener {
        final AtomicInteger runnable = new AtomicInteger(1);
        final CountDownLatch waiting = new CountDownLatch(1);
        final CountDownLatch counted = new CountDownLatch(1);
        final CountDownLatch blocked = new CountDownLatch(1);
        final CountDownLatch scheduledTwice = new CountDownLatch(1);
        private final AtomicInteger scheduled = new AtomicInteger();
        private volatile Runnable timer = () -> {};
        volatile Thread blockedThread = new Thread();

        void fire() {
            timer.run();
        }

        @Override
        public void runnable() {
            if (Thread.currentThread() == blockedThread) {
                blocked.countDown();
                try {
                    counted.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            runnable.incrementAndGet();
        }

        @Override
        public void waiting() {
            runnable.decrementAndGet();
            waiting.countDown();
        }

        @Override
        public Timer deliver(long at, Runnable arrival) {
            return schedule(at, arrival);
        }

        @Override
        public Timer schedule(long at, Runnable action) {
            timer = action;
            if (scheduled.incrementAndGet() == 2) {
                scheduledTwice.countDown();
            }
            return () -> {};
        }

        @Override
        public long now() {
            return 0;
        }

        @Override
        public boolean isVirtual() {
            return true;
        }

        @Override
        public long realTime() {
            return System.nanoTime();
        }

        @Override
        public void checkMayWait() {}
    }
}
