package dev.nettest.benchmarks;

import dev.nettest.VirtualClock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Timers of a virtual clock, scheduled at unordered instants. */
@State(Scope.Thread)
public class ClockBenchmark {

    private static final int TIMERS = 1_000;

    /** Coprime to {@link #TIMERS}, so that the steps reach every instant below it. */
    private static final int STRIDE = 377;

    private final VirtualClock clock = VirtualClock.manual();
    private int fired;

    /** Schedules timers, then fires them in the order of their instants. */
    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public int deliver() {
        schedule(false);
        clock.advanceUntilIdle();
        return fired;
    }

    /** Schedules and cancels timers while as many others wait, like the limit of every wait that ends in time. */
    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public int cancel() {
        schedule(false);
        schedule(true);
        clock.advanceUntilIdle();
        return fired;
    }

    private void schedule(boolean cancelled) {
        long now = clock.nanoTime();
        for (int i = 1; i <= TIMERS; i++) {
            var timer = clock.schedule(now + (long) i * STRIDE % TIMERS, () -> fired++);
            if (cancelled) {
                timer.cancel();
            }
        }
    }
}
