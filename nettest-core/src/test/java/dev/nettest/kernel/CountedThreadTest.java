package dev.nettest.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class CountedThreadTest {

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    @Test
    void isCountedByItsWakerAlthoughItWakesByItselfMeanwhile() throws Exception {
        Counting timers = new Counting();
        AtomicReference<ThreadWaiter.End> end = new AtomicReference<>();
        CountedThread thread = new CountedThread(
                () -> end.set(ThreadWaiter.await(
                        new Nowhere(), Condition.CLOSED, 0, true, timers, HOUR, timers.realTime() + 1, true)),
                "observer",
                participant -> timers);
        timers.holdUp = thread; // it gives up at once, and stands still on its way to be counted
        thread.start();
        timers.heldUp.await();

        timers.fire();
        assertThat(timers.runnable).hasValue(1);

        timers.counted.countDown();
        thread.join();
        assertThat(end).hasValue(ThreadWaiter.End.TIMED_OUT);
        assertThat(timers.runnable).hasValue(1);
    }

    @Test
    void isCountedOnceHoweverManyTimesItIsInterrupted() throws Exception {
        for (int round = 0; round < 500; round++) {
            Counting timers = new Counting();
            timers.counted.countDown();
            CountedThread thread = new CountedThread(() -> sleep(timers), "sleeper", participant -> timers);
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
            Counting timers = new Counting();
            timers.counted.countDown();
            CountDownLatch second = new CountDownLatch(1);
            AtomicReference<ThreadWaiter.End> end = new AtomicReference<>();
            CountedThread thread = new CountedThread(
                    () -> {
                        sleep(timers);
                        Thread.interrupted();
                        second.countDown();
                        end.set(sleep(timers));
                    },
                    "sleeper",
                    participant -> timers);
            thread.start();
            timers.waiting.await();
            thread.interrupt();
            second.await();
            timers.scheduledTwice.await();
            timers.fire();
            thread.join();
            assertThat(end).hasValue(ThreadWaiter.End.TIMED_OUT);
        }
    }

    private static ThreadWaiter.End sleep(Timers timers) {
        return ThreadWaiter.sleep(timers, HOUR);
    }

    /** A clock that stands, and counts; one thread can be held up on its way to be counted. */
    private static final class Counting implements Timers, Membership {
        final AtomicInteger runnable = new AtomicInteger(1);
        final CountDownLatch waiting = new CountDownLatch(1);
        final CountDownLatch counted = new CountDownLatch(1);
        final CountDownLatch heldUp = new CountDownLatch(1);
        final CountDownLatch scheduledTwice = new CountDownLatch(1);
        private final AtomicInteger scheduled = new AtomicInteger();
        private volatile Runnable timer = () -> {};
        volatile Thread holdUp = new Thread();

        void fire() {
            timer.run();
        }

        @Override
        public void runnable() {
            if (Thread.currentThread() == holdUp) {
                heldUp.countDown();
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
