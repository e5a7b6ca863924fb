package dev.nettest.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Listener;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The network's executor: delays and rates on its clock; the clock waits for its threads. */
class ExecutorTest extends NetworkFixture {
    private final ScheduledExecutorService executor = network.executor();
    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

    @Test
    void runsATaskOnceItsDelayHasPassed() throws Exception {
        ScheduledFuture<String> task = executor.schedule(() -> "at " + clock, 3, TimeUnit.SECONDS);
        assertThat(task.getDelay(TimeUnit.MILLISECONDS)).isEqualTo(3000);
        clock.advanceTimeBy(SECOND.multipliedBy(2));
        assertThat(task.isDone()).isFalse();

        clock.advanceTimeBy(SECOND);

        assertThat(task.isDone()).isTrue();
        assertThat(task.get()).isEqualTo("at virtual clock at 3 s");
    }

    @Test
    void aZeroOrNegativeDelayIsDueAtOnce() {
        executor.schedule(() -> ran.add("zero"), 0, TimeUnit.SECONDS);
        executor.schedule(() -> ran.add("less"), -5, TimeUnit.SECONDS);

        clock.advanceTimeBy(Duration.ZERO);

        assertThat(ran).containsExactlyInAnyOrder("zero", "less");
    }

    @Test
    void aFixedRateCountsFromTheStarts() {
        executor.scheduleAtFixedRate(() -> slow(3), 1, 5, TimeUnit.SECONDS);

        clock.advanceTimeBy(SECOND.multipliedBy(20));

        assertThat(ran).containsExactly("1", "6", "11", "16");
    }

    @Test
    void aFixedDelayCountsFromTheEnds() {
        executor.scheduleWithFixedDelay(() -> slow(3), 1, 5, TimeUnit.SECONDS);

        clock.advanceTimeBy(SECOND.multipliedBy(20));

        assertThat(ran).containsExactly("1", "9", "17");
    }

    @Test
    void aFixedRateThatIsLateCatchesUp() {
        executor.scheduleAtFixedRate(() -> slow(ran.isEmpty() ? 12 : 0), 1, 5, TimeUnit.SECONDS);

        clock.advanceTimeBy(SECOND.multipliedBy(20));

        assertThat(ran).containsExactly("1", "13", "13", "16");
    }

    @Test
    void aFailureEndsAPeriodicTask() {
        ScheduledFuture<?> task = executor.scheduleAtFixedRate(
                () -> {
                    ran.add("run");
                    throw new IllegalStateException("task");
                },
                1,
                1,
                TimeUnit.SECONDS);

        clock.advanceTimeBy(SECOND.multipliedBy(5));

        assertThat(ran).containsExactly("run");
        assertThatThrownBy(task::get).isInstanceOf(ExecutionException.class).hasRootCauseMessage("task");
    }

    @Test
    void aCancelledTaskLeavesNoTimer() {
        ScheduledFuture<?> once = executor.schedule(() -> ran.add("once"), 1, TimeUnit.SECONDS);
        ScheduledFuture<?> often = executor.scheduleAtFixedRate(() -> ran.add("often"), 1, 1, TimeUnit.SECONDS);
        once.cancel(false);
        clock.advanceTimeBy(SECOND);
        often.cancel(false);

        assertThat(clock.advanceToNext()).isFalse();
        assertThat(ran).containsExactly("often");
        assertThatThrownBy(once::get).isInstanceOf(CancellationException.class);
    }

    @Test
    void badArgumentsAreRefused() {
        assertThatThrownBy(() -> executor.scheduleAtFixedRate(() -> {}, 0, 0, TimeUnit.SECONDS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("period must be at least 1: 0");
        assertThatThrownBy(() -> executor.scheduleWithFixedDelay(() -> {}, 0, -1, TimeUnit.SECONDS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("delay must be at least 1: -1");
        assertThatThrownBy(() -> executor.execute(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.schedule((Runnable) null, 1, TimeUnit.SECONDS))
                .isInstanceOf(NullPointerException.class);
        clock.advanceTimeBy(SECOND);
    }

    @Test
    void afterShutdownItRejectsTasks() {
        executor.shutdown();

        assertThat(executor.isShutdown()).isTrue();
        assertThatThrownBy(() -> executor.schedule(() -> {}, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> executor.submit(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    /** The defaults of {@code ScheduledThreadPoolExecutor}. */
    @Test
    void afterShutdownDelayedTasksRunAndPeriodicOnesDoNot() throws Exception {
        ScheduledFuture<?> later = executor.schedule(() -> ran.add("later"), 2, TimeUnit.SECONDS);
        ScheduledFuture<?> rate = executor.scheduleAtFixedRate(() -> ran.add("rate"), 1, 1, TimeUnit.SECONDS);
        ScheduledFuture<?> delay = executor.scheduleWithFixedDelay(() -> ran.add("delay"), 1, 1, TimeUnit.SECONDS);

        executor.shutdown();

        assertThat(rate.isCancelled()).isTrue();
        assertThat(delay.isCancelled()).isTrue();
        assertThat(later.isCancelled()).isFalse();
        assertThat(executor.isTerminated()).isFalse();
        clock.advanceTimeBy(SECOND.multipliedBy(3));
        assertThat(ran).containsExactly("later");
        assertThat(executor.awaitTermination(1, TimeUnit.SECONDS)).isTrue();
        assertThat(executor.isTerminated()).isTrue();
    }

    @Test
    void aDelayedTaskThatIsCancelledAfterShutdownEndsTheExecutor() throws Exception {
        ScheduledFuture<?> later = executor.schedule(() -> ran.add("later"), 1, TimeUnit.HOURS);
        executor.shutdown();

        later.cancel(false);

        assertThat(executor.awaitTermination(1, TimeUnit.SECONDS)).isTrue();
        assertThat(clock.advanceToNext()).isFalse();
    }

    @Test
    void shutdownNowReturnsTheTasksThatWaitForTheirInstant() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        ScheduledFuture<?> runs = executor.schedule(
                () -> {
                    running.countDown();
                    new CountDownLatch(1).await();
                    return null;
                },
                0,
                TimeUnit.SECONDS);
        ScheduledFuture<?> waits = executor.schedule(() -> ran.add("later"), 1, TimeUnit.SECONDS);
        Background<Void> moving = Background.run(() -> clock.advanceTimeBy(Duration.ZERO));
        running.await();

        assertThat(executor.shutdownNow()).isEqualTo(List.of(waits));

        assertThatThrownBy(runs::get).hasCauseInstanceOf(InterruptedException.class);
        moving.result();
        assertThat(executor.awaitTermination(1, TimeUnit.SECONDS)).isTrue();
        assertThat(clock.advanceToNext()).isFalse();
    }

    @Test
    void endlessDelaysAndPeriodsNeverPass() {
        ScheduledFuture<?> delayed = executor.schedule(() -> ran.add("delayed"), Long.MAX_VALUE, TimeUnit.DAYS);
        executor.scheduleAtFixedRate(() -> ran.add("rate"), 1, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        executor.scheduleWithFixedDelay(() -> ran.add("delay"), 1, Long.MAX_VALUE, TimeUnit.NANOSECONDS);

        clock.advanceTimeBy(Duration.ofDays(100_000));

        assertThat(ran).containsExactlyInAnyOrder("rate", "delay");
        assertThat(delayed.getDelay(TimeUnit.NANOSECONDS)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theClockWaitsForTasksOfTasks() {
        for (int i = 0; i < 2_000; i++) {
            AtomicInteger done = new AtomicInteger();
            executor.schedule(
                    () -> executor.execute(() -> executor.execute(done::incrementAndGet)), 1, TimeUnit.SECONDS);

            clock.advanceTimeBy(SECOND);

            assertThat(done).hasValue(1);
        }
    }

    @Test
    void theClockWaitsForAConversationOfTwoTasks() throws Exception {
        Listener listener = network.listen();
        Future<?> server = executor.submit(() -> {
            try (Connection accepted = listener.accept()) {
                for (String read = Text.read(accepted); !read.equals(Text.END); read = Text.read(accepted)) {
                    network.clock().sleep(SECOND);
                    Text.write(accepted, read);
                }
            }
            return null;
        });
        Future<Integer> client = executor.submit(() -> {
            try (Connection connection = listener.connect()) {
                int echoes = 0;
                for (; echoes < 500; echoes++) {
                    Text.write(connection, "ping");
                    assertThat(Text.read(connection)).isEqualTo("ping");
                    assertThat(clock.nanoTime())
                            .isEqualTo(SECOND.multipliedBy(echoes + 1).toNanos());
                }
                return echoes;
            }
        });

        clock.advanceTimeBy(SECOND.multipliedBy(500));

        assertThat(client.isDone()).isTrue();
        assertThat(client.get()).isEqualTo(500);
        server.get();
    }

    @Test
    void sleepersAlwaysSeeTheirOwnInstant() throws Exception {
        List<Future<Long>> sleepers = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            int seconds = i;
            sleepers.add(executor.submit(() -> {
                network.clock().sleep(SECOND.multipliedBy(seconds));
                return clock.nanoTime();
            }));
        }

        clock.advanceTimeBy(SECOND.multipliedBy(100));

        for (int i = 1; i <= 50; i++) {
            assertThat(sleepers.get(i - 1).isDone()).isTrue();
            assertThat(sleepers.get(i - 1).get())
                    .isEqualTo(SECOND.multipliedBy(i).toNanos());
        }
    }

    @Test
    void aReadTimeoutOfThirtySecondsPassesInNoTime() throws Exception {
        ConnectionPair pair = network.pair();
        pair.client().readTimeout(Duration.ofSeconds(30));
        Future<String> reader = executor.submit(() -> Text.read(pair.client()));

        clock.advanceTimeBy(Duration.ofSeconds(30).minusNanos(1));
        assertThat(reader.isDone()).isFalse();
        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThatThrownBy(reader::get).hasRootCauseMessage("Read timed out");
        assertThat(pair.client().isOpen()).isTrue();
    }

    @Test
    void aTaskMayMoveTheClock() throws Exception {
        Future<Long> mover = executor.submit(() -> {
            clock.advanceTimeBy(SECOND);
            return clock.nanoTime();
        });

        assertThat(mover.get()).isEqualTo(SECOND.toNanos());
    }

    @Test
    void manyTimeoutsEndInTheirOrder() throws Exception {
        List<Future<?>> readers = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            Connection end = end();
            int seconds = i;
            end.readTimeout(SECOND.multipliedBy(i));
            readers.add(executor.submit(() -> {
                assertThatThrownBy(() -> Text.read(end)).hasMessage("Read timed out");
                ran.add(Integer.toString(seconds));
            }));
        }

        clock.advanceUntilIdle();

        for (Future<?> reader : readers) {
            reader.get();
        }
        assertThat(ran).hasSize(100).isSortedAccordingTo(java.util.Comparator.comparingInt(Integer::parseInt));
    }

    private void slow(int seconds) {
        ran.add(Long.toString(Duration.ofNanos(clock.nanoTime()).toSeconds()));
        try {
            network.clock().sleep(SECOND.multipliedBy(seconds));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
