package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tasks of an executor and their counts, on a clock whose timers the test runs. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SAME_THREAD)
class NetworkExecutorTest {
    private final HandClock clock = new HandClock();
    private final ActivityTracker activity = new ActivityTracker(clock, null);
    private final NetworkExecutor executor = new NetworkExecutor(new ClockTimers(clock, activity), activity);
    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeEach
    void standStill() {
        clock.virtual = true;
    }

    @AfterEach
    void endTheTasks() {
        end.countDown();
        executor.shutdownNow();
    }

    private int count() {
        return ActivityTracker.count(activity.state());
    }

    private void runUntilEnd() {
        executor.execute(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void fail() {
        throw new IllegalStateException("boom");
    }

    @Test
    void aTaskCountsFromWhenItIsHandedInUntilItIsDone() {
        AtomicReference<ThreadRegistration> own = new AtomicReference<>();
        runUntilEnd();
        executor.execute(() -> own.set(activity.own()));
        assertThat(count()).isPositive();
        assertThat(executor.isShutdown()).isFalse();

        end.countDown();
        executor.shutdown();
        executor.awaitEnd();

        assertThat(executor.isShutdown()).isTrue();
        assertThat(executor.isTerminated()).isTrue();
        assertThat(count()).isZero();
        assertThat(own.get().hasWork()).isFalse();
    }

    @Test
    void aRejectionNamesItsReason() {
        executor.shutdown();
        assertThatThrownBy(() -> executor.execute(() -> {}))
                .isExactlyInstanceOf(RejectedExecutionException.class)
                .hasMessage("the executor of the network is shut down");
        assertThatThrownBy(() -> executor.schedule(() -> {}, 1, TimeUnit.SECONDS))
                .hasMessage("the executor of the network is shut down");

        activity.end();

        assertThatThrownBy(() -> executor.execute(() -> {}))
                .hasMessage("Network is down: it was closed before this task");
    }

    @Test
    void aFailureIsReportedWhateverTheTaskWas() {
        executor.execute(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
            fail();
        });
        Future<?> submitted = executor.submit(NetworkExecutorTest::fail);
        assertThatThrownBy(submitted::get).isExactlyInstanceOf(ExecutionException.class);
        executor.shutdown();
        executor.awaitEnd();

        assertThat(activity.failedTasks().texts()).hasSize(2).allMatch(text -> text.contains("boom"));
    }

    @Test
    void aFailureAfterTheEndOfTheNetworkIsNotReported() {
        activity.end();
        Future<?> submitted = executor.submit(NetworkExecutorTest::fail);

        assertThatThrownBy(submitted::get).isExactlyInstanceOf(ExecutionException.class);

        assertThat(activity.failedTasks().texts()).isEmpty();
    }

    @Test
    void theWaitForTheEndTimesOut() throws Exception {
        runUntilEnd();
        executor.shutdown();
        assertThat(executor.awaitTermination(0, TimeUnit.SECONDS)).isFalse();

        end.countDown();

        assertThat(executor.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS))
                .isTrue();
    }

    @Test
    void anInterruptEndsTheWaitForTheEnd() {
        runUntilEnd();
        executor.shutdown();
        Thread.currentThread().interrupt();

        executor.awaitEnd();

        assertThat(executor.isTerminated()).isFalse();
        assertThatThrownBy(() -> executor.awaitTermination(0, TimeUnit.SECONDS))
                .isExactlyInstanceOf(InterruptedException.class)
                .hasMessage("interrupted before awaitTermination");
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aTaskDoesNotWaitForItself() throws Exception {
        executor.submit(executor::awaitEnd).get();

        assertThat(executor.isTerminated()).isFalse();
    }

    @Test
    void aDelayIsTheTimeToTheInstantOfTheTask() {
        ScheduledFuture<?> sooner = executor.schedule(() -> {}, 5, TimeUnit.NANOSECONDS);
        ScheduledFuture<?> later = executor.schedule(() -> {}, 7, TimeUnit.NANOSECONDS);
        ScheduledFuture<?> never = executor.schedule(() -> {}, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        clock.now += 2;

        assertThat(sooner.getDelay(TimeUnit.NANOSECONDS)).isEqualTo(3);
        assertThat(never.getDelay(TimeUnit.NANOSECONDS)).isEqualTo(Long.MAX_VALUE);
        assertThat(sooner.compareTo(later)).isNegative();
        assertThat(later.compareTo(sooner)).isPositive();
        assertThat(later.compareTo(never)).isNegative();
        assertThat(sooner.compareTo(sooner)).isZero();
    }

    @Test
    void aTimerThatFiresAfterTheShutdownCountsNothing() {
        ScheduledFuture<?> task = executor.schedule(() -> {}, 5, TimeUnit.NANOSECONDS);
        assertThat(executor.shutdownNow()).isEqualTo(List.of(task));

        clock.actions.get(0).run();

        assertThat(count()).isZero();
        assertThat(task.isCancelled()).isTrue();
        executor.awaitEnd();
        assertThat(executor.isTerminated()).isTrue();
    }

    @Test
    void aTaskThatIsCancelledLeavesTheClock() {
        ScheduledFuture<?> task = executor.schedule(() -> {}, 5, TimeUnit.NANOSECONDS);

        task.cancel(false);

        assertThat(clock.cancelled).isPositive();
        executor.shutdown();
        executor.awaitEnd();
        assertThat(executor.isTerminated()).isTrue();
    }
}
