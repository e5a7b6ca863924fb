package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.NetworkClock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The timers of the operating system's clock. */
@Timeout(30)
class SystemClockTest {
    private final SystemClock clock = new SystemClock();

    private Thread threadOfTimer(long instant) {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        clock.schedule(instant, () -> thread.complete(Thread.currentThread()));
        return thread.join();
    }

    @Test
    void itsThreadDoesNotKeepTheMachineRunning() {
        Thread thread = threadOfTimer(clock.nanoTime());

        assertThat(thread.getName()).isEqualTo("nettest-clock");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void aProbeKnowsItsThread() {
        assertThat(clock.thread().unlessCurrent()).isNull();

        threadOfTimer(clock.nanoTime());

        assertThat(clock.thread().unlessCurrent()).isNotNull();
    }

    @Test
    void aTimerRunsAtItsInstantAndNotBefore() {
        long instant = clock.nanoTime() + 20_000_000;
        CompletableFuture<Long> ran = new CompletableFuture<>();

        clock.schedule(instant, () -> ran.complete(clock.nanoTime()));

        assertThat(ran.join() - instant).isNotNegative();
    }

    @Test
    void aTimerInThePastRunsAtOnce() {
        assertThat(threadOfTimer(clock.nanoTime() - 1_000_000_000L)).isNotSameAs(Thread.currentThread());
    }

    /** The instant less the present time would be in the past after an overflow. */
    @Test
    void aTimerAtTheEndOfTimeDoesNotRun() {
        CompletableFuture<Void> never = new CompletableFuture<>();
        NetworkClock.Timer timer = clock.schedule(Long.MAX_VALUE, () -> never.complete(null));

        threadOfTimer(clock.nanoTime());

        assertThat(never).isNotDone();
        timer.cancel();
    }

    /** The pool of a cancelled timer would keep its thread until the instant of that timer. */
    @Test
    void itsThreadEndsIfOnlyCancelledTimersAreLeft() throws Exception {
        NetworkClock.Timer cancelled = clock.schedule(clock.nanoTime() + TimeUnit.DAYS.toNanos(1), () -> {});
        Thread thread = threadOfTimer(clock.nanoTime());

        cancelled.cancel();

        thread.join();
        assertThat(threadOfTimer(clock.nanoTime())).isNotSameAs(thread);
    }
}
