package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Listener;
import dev.nettest.Network;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

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
