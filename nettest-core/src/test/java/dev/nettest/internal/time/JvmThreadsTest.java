package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** A thread that can act by itself, among those of the JVM. */
@Timeout(30)
class JvmThreadsTest {
    private static final long LONG_NANOS = TimeUnit.DAYS.toNanos(1);

    @Test
    void aThreadThatWaitsForAnotherOneCannotAct() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread waiting = start(() -> awaitUninterruptibly(end), Thread.State.WAITING);

        awaitNothingActs();
        Map<Long, Long> times = JvmThreads.cpuTimesIfAllWait();

        assertThat(times).containsKey(waiting.getId());
        end.countDown();
        waiting.join();
    }

    @Test
    void aThreadThatRanIsSeen() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread waiting = start(
                () -> {
                    LockSupport.park();
                    awaitUninterruptibly(end);
                },
                Thread.State.WAITING);
        awaitNothingActs();
        Map<Long, Long> before = JvmThreads.cpuTimesIfAllWait();

        LockSupport.unpark(waiting);
        while (!isBlockedIn(waiting, CountDownLatch.class)) {
            Thread.onSpinWait();
        }

        assertThat(JvmThreads.cpuTimesIfAllWait()).isNotEqualTo(before);
        end.countDown();
        waiting.join();
    }

    @Test
    void aThreadThatWaitsWithATimeoutCanAct() throws Exception {
        Thread timed = start(() -> LockSupport.parkNanos(LONG_NANOS), Thread.State.TIMED_WAITING);

        assertThat(JvmThreads.cpuTimesIfAllWait()).isNull();

        LockSupport.unpark(timed);
        timed.join();
    }

    @Test
    void anIdleWorkerOfAPoolCannotAct() throws Exception {
        ThreadPoolExecutor pool = (ThreadPoolExecutor) Executors.newCachedThreadPool();
        pool.submit(() -> {}).get();
        awaitNothingActs();
        pool.shutdownNow();
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aTaskThatIsScheduledCanAct() throws Exception {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        scheduler.schedule(() -> {}, 1, TimeUnit.DAYS);
        scheduler.submit(() -> {}).get();
        assertThat(JvmThreads.cpuTimesIfAllWait()).isNull();
        scheduler.shutdownNow();
        assertThat(scheduler.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Its thread stands in a native call, as if it ran, once a virtual thread has waited for a monitor. */
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

        awaitNothingActs();
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

        assertThat(JvmThreads.cpuTimesIfAllWait()).isNull();

        process.destroy();
        waiting.join();
    }

    private static Thread start(Runnable work, Thread.State state) {
        Thread thread = new Thread(work, "worker");
        thread.start();
        while (thread.getState() != state) {
            Thread.onSpinWait();
        }
        return thread;
    }

    private static boolean isBlockedIn(Thread thread, Class<?> type) {
        if (thread.getState() != Thread.State.WAITING) {
            return false;
        }
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().equals(type.getName())) {
                return true;
            }
        }
        return false;
    }

    /** Threads of earlier tests may be ending. */
    private static void awaitNothingActs() {
        while (JvmThreads.cpuTimesIfAllWait() == null) {
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
