package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.nettest.Listener;
import dev.nettest.Network;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The threads that can act by themselves. */
@Timeout(30)
class JvmThreadsTest {
    private static final long LONG_NANOS = TimeUnit.DAYS.toNanos(1);

    @Test
    void aThreadThatRunsCanAct() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread running = start(
                () -> {
                    while (end.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                },
                Thread.State.RUNNABLE);

        assertThat(JvmThreads.canAct(running)).isTrue();

        end.countDown();
        running.join();
    }

    @Test
    void aThreadThatWaitsForAnotherOneCannotAct() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread waiting = start(() -> awaitUninterruptibly(end), Thread.State.WAITING);

        assertThat(JvmThreads.canAct(waiting)).isFalse();

        end.countDown();
        waiting.join();
    }

    @Test
    void aThreadThatWaitsWithATimeoutCanAct() throws Exception {
        Thread timed = start(() -> LockSupport.parkNanos(LONG_NANOS), Thread.State.TIMED_WAITING);

        assertThat(JvmThreads.canAct(timed)).isTrue();
        assertThat(JvmThreads.cpuTimesIfAllWait()).isNull();

        LockSupport.unpark(timed);
        timed.join();
    }

    @Test
    void aThreadThatIsDisregardedDoesNotCount() throws Exception {
        Thread timed = start(() -> LockSupport.parkNanos(LONG_NANOS), Thread.State.TIMED_WAITING);
        JvmThreads.disregardOthers();
        Thread later = start(() -> LockSupport.parkNanos(LONG_NANOS), Thread.State.TIMED_WAITING);

        assertThat(JvmThreads.canAct(timed)).isFalse();
        assertThat(JvmThreads.canAct(later)).isTrue();
        assertThat(JvmThreads.canAct(Thread.currentThread())).isTrue();

        LockSupport.unpark(later);
        later.join();
        LockSupport.unpark(timed);
        timed.join();
    }

    @Test
    void aThreadThatAnEarlierNetworkHasLeftCanBeDisregarded() throws Exception {
        Thread left;
        try (Network network = Network.create()) {
            left = network.threadFactory().newThread(() -> LockSupport.parkNanos(LONG_NANOS));
            left.start();
            await(left, Thread.State.TIMED_WAITING);
        }
        assertThat(JvmThreads.canAct(left)).isTrue();

        JvmThreads.disregardOthers();

        assertThat(JvmThreads.canAct(left)).isFalse();
        LockSupport.unpark(left);
        left.join();
    }

    @Test
    void aRunningThreadOfANetworkCanAct() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (Network network = Network.create()) {
            Thread running = network.threadFactory().newThread(() -> {
                while (end.getCount() > 0) {
                    Thread.onSpinWait();
                }
            });
            running.start();

            assertThat(JvmThreads.canAct(running)).isTrue();

            end.countDown();
            running.join();
        }
    }

    @Test
    void aThreadThatWaitsInANetworkCannotActWhateverItsTimeout() throws Exception {
        try (Network network = Network.create()) {
            Listener listener = network.listen();
            Thread waiting = network.threadFactory().newThread(() -> {
                try {
                    listener.accept(Duration.ofDays(1));
                } catch (IOException e) {
                    // the end of the network
                }
            });
            waiting.start();
            await(waiting, Thread.State.TIMED_WAITING);

            assertThat(JvmThreads.canAct(waiting)).isFalse();
        }
    }

    @Test
    void anIdleWorkerOfAPoolCannotAct() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        Thread worker = pool.submit(Thread::currentThread).get();
        await(worker, Thread.State.TIMED_WAITING);

        assertThat(JvmThreads.canAct(worker)).isFalse();

        pool.shutdownNow();
        worker.join();
    }

    @Test
    void aWorkerWithAScheduledTaskCanAct() throws Exception {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        scheduler.schedule(() -> {}, 1, TimeUnit.DAYS);
        Thread worker = scheduler.submit(Thread::currentThread).get();
        await(worker, Thread.State.TIMED_WAITING);

        assertThat(JvmThreads.canAct(worker)).isTrue();

        scheduler.shutdownNow();
        worker.join();
    }

    @Test
    void aThreadThatWaitsForAProcessCanAct() throws Exception {
        Process process = new ProcessBuilder("cat").start();
        Thread waiting = start(
                () -> {
                    try {
                        process.waitFor();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                Thread.State.WAITING);

        assertThat(JvmThreads.canAct(waiting)).isTrue();

        process.destroy();
        waiting.join();
    }

    @Test
    void aThreadThatWaitsForAMonitorCannotAct() throws Exception {
        Object monitor = new Object();
        Thread blocked;
        synchronized (monitor) {
            blocked = start(
                    () -> {
                        synchronized (monitor) {
                            monitor.notifyAll();
                        }
                    },
                    Thread.State.BLOCKED);

            assertThat(JvmThreads.canAct(blocked)).isFalse();
        }
        blocked.join();
        assertThat(JvmThreads.canAct(blocked)).as("after its end").isFalse();
    }

    @Test
    void anIdleWorkerOfAForkJoinPoolCannotAct() throws Exception {
        ForkJoinPool pool = new ForkJoinPool(1);
        Thread worker = pool.submit(Thread::currentThread).get();
        await(worker, Thread.State.TIMED_WAITING);

        assertThat(JvmThreads.canAct(worker)).isFalse();

        pool.shutdownNow();
        worker.join();
    }

    /** The framework ends it with the test. */
    @Test
    void aThreadThatWaitsForTheTimeLimitOfATestCannotAct() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread waiting = start(
                () -> assertTimeoutPreemptively(Duration.ofDays(1), () -> end.await()), Thread.State.TIMED_WAITING);

        assertThat(JvmThreads.canAct(waiting)).isFalse();

        end.countDown();
        waiting.join();
    }

    @ParameterizedTest
    @CsvSource({"surefire-forkedjvm-command-thread, false", "JDWP Event Helper Thread, false", "worker, true"})
    void aThreadWithANameOfTheHarnessCannotAct(String name, boolean canAct) throws Exception {
        Thread timed = start(() -> LockSupport.parkNanos(LONG_NANOS), Thread.State.TIMED_WAITING);
        timed.setName(name);

        assertThat(JvmThreads.canAct(timed)).isEqualTo(canAct);

        LockSupport.unpark(timed);
        timed.join();
    }

    @Test
    void aThreadOfTheSystemsGroupCannotAct() throws Exception {
        ThreadGroup system = Thread.currentThread().getThreadGroup();
        while (system.getParent() != null) {
            system = system.getParent();
        }
        Thread cleaner = new Thread(system, () -> LockSupport.parkNanos(LONG_NANOS), "cleaner");
        cleaner.start();
        await(cleaner, Thread.State.TIMED_WAITING);

        assertThat(JvmThreads.canAct(cleaner)).isFalse();

        LockSupport.unpark(cleaner);
        cleaner.join();
    }

    @Test
    void aThreadThatHasRunMeanwhileHasAnotherTime() throws Exception {
        JvmThreads.disregardOthers();
        BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
        Thread worker = start(() -> runAll(work), Thread.State.WAITING);
        Map<Long, Long> before = timesOfSleepers();
        assertThat(before).containsKey(worker.getId());
        assertThat(before).doesNotContainKey(Thread.currentThread().getId());

        CompletableFuture<Void> ran = new CompletableFuture<>();
        work.add(() -> {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() == start) {
                Thread.onSpinWait();
            }
            ran.complete(null);
        });
        ran.join();
        Map<Long, Long> after = timesOfSleepers();

        assertThat(after.get(worker.getId())).isGreaterThan(before.get(worker.getId()));
        worker.interrupt();
        worker.join();
    }

    /** Two equal looks, the second one. A thread runs for a moment after its state has become WAITING. */
    private static Map<Long, Long> timesOfSleepers() {
        Map<Long, Long> times;
        do {
            times = JvmThreads.cpuTimesIfAllWait();
        } while (times == null || !times.equals(JvmThreads.cpuTimesIfAllWait()));
        return times;
    }

    private static void runAll(BlockingQueue<Runnable> work) {
        try {
            while (true) {
                work.take().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** It stands in a native call, as if it ran, once a virtual thread has waited for a monitor. */
    @Test
    @EnabledForJreRange(min = JRE.JAVA_24)
    void theUnblockerOfVirtualThreadsCannotAct() throws Exception {
        Object monitor = new Object();
        Runnable waitForAMoment = () -> {
            synchronized (monitor) {
                try {
                    monitor.wait(1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        Thread virtual = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, waitForAMoment);
        virtual.join();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("VirtualThread-unblocker"))
                .isNotEmpty()
                .noneMatch(JvmThreads::canAct);
    }

    private static Thread start(Runnable work, Thread.State state) {
        Thread thread = new Thread(work, "worker");
        thread.start();
        await(thread, state);
        return thread;
    }

    private static void await(Thread thread, Thread.State state) {
        while (thread.getState() != state) {
            Thread.onSpinWait();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
