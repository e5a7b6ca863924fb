package dev.nettest.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
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

    /**
     * The JDK's class loader puts an interrupt off while it reads a class, and then restores it with the lock of the
     * class held. The thread that interrupts may need that lock to finish.
     */
    @Test
    void aThreadRestoresItsInterruptWhileAnotherOneInterruptsIt() throws Exception {
        ReentrantLock classLoader = new ReentrantLock();
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch interrupting = new CountDownLatch(1);
        AtomicReference<Thread> interrupter = new AtomicReference<>();
        CountingTimers timers = new CountingTimers() {
            @Override
            public void runnable() {
                if (Thread.currentThread() == interrupter.get()) {
                    interrupting.countDown();
                    classLoader.lock();
                    classLoader.unlock();
                }
                super.runnable();
            }

            @Override
            public void waiting() {
                super.waiting();
                if (loading.getCount() > 0) {
                    classLoader.lock();
                    loading.countDown();
                    awaitUninterruptibly(interrupting);
                    Thread.currentThread().interrupt();
                    classLoader.unlock();
                }
            }
        };
        AtomicReference<ThreadWaiter.WaitResult> result = new AtomicReference<>();
        TrackedThread thread = new TrackedThread(() -> result.set(sleep(timers)), "sleeper", tracking -> timers);
        thread.start();
        loading.await();
        Thread other = new Thread(thread::interrupt, "interrupter");
        other.setDaemon(true);
        interrupter.set(other);
        other.start();

        other.join();
        thread.join();

        assertThat(result).hasValue(ThreadWaiter.WaitResult.INTERRUPTED);
        assertThat(timers.runnable).hasValue(1);
    }

    /** An interrupt of an interrupted thread must not load a class, because loading would interrupt it again. */
    @Test
    void anInterruptLoadsNoClassAgain() throws Exception {
        RestoringLoader loader = new RestoringLoader();
        Constructor<?> made = loader.loadClass(InterruptedSleep.class.getName()).getDeclaredConstructor();
        made.setAccessible(true);
        Callable<?> sleep = (Callable<?>) made.newInstance();

        assertThat(sleep.call()).isEqualTo("INTERRUPTED, and 1 runnable");
        assertThat(loader.loaded.values()).containsOnly(1);
        assertThat(loader.loaded).containsKey(ThreadWaiter.class.getName());
    }

    /** Runs in the classes of a {@link RestoringLoader}: a thread that is interrupted begins to wait. */
    static final class InterruptedSleep implements Callable<String> {

        @Override
        public String call() throws Exception {
            CountingTimers timers = new CountingTimers();
            AtomicReference<Object> result = new AtomicReference<>();
            TrackedThread thread = new TrackedThread(
                    () -> {
                        Thread.currentThread().interrupt();
                        try {
                            result.set(sleep(timers));
                        } catch (Error e) {
                            result.set(e);
                        }
                    },
                    "sleeper",
                    tracking -> timers);
            thread.start();
            thread.join();
            return result + ", and " + timers.runnable + " runnable";
        }
    }

    /** Loads the classes of this package anew, and treats an interrupt like {@code Resource.getBytes} of the JDK. */
    private static final class RestoringLoader extends ClassLoader {
        final Map<String, Integer> loaded = new ConcurrentHashMap<>();

        RestoringLoader() {
            super(TrackedThreadTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                return name.startsWith(TrackedThread.class.getPackageName() + ".")
                        ? define(name)
                        : super.loadClass(name, resolve);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            boolean interrupted = Thread.interrupted();
            byte[] bytes;
            try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                bytes = file.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            } finally {
                loaded.merge(name, 1, Integer::sum);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static ThreadWaiter.WaitResult sleep(Timers timers) {
        return ThreadWaiter.sleep(timers, HOUR);
    }

    /** A clock that stands still and counts runnable threads; it can block one thread before counting it. */
    private static class CountingTimers implements Timers, RunnableListener {
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
