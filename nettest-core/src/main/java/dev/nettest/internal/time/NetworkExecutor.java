package dev.nettest.internal.time;

import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.TaskCount;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.sync.TrackedThread;
import dev.nettest.internal.util.Checks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks on registered threads and delays them on a network's clock. A task counts as a runnable thread from when
 * it is handed in until it is done, except while it waits in the network.
 */
public final class NetworkExecutor extends AbstractExecutorService implements ScheduledExecutorService {

    private static final Duration END_LIMIT = Duration.ofSeconds(10);
    private static final long KEEP_ALIVE_SECONDS = 5;

    private final ClockTimers timers;
    private final ActivityTracker activity;
    private final ThreadPoolExecutor threads;
    private final TaskCount tasks = new TaskCount();
    private final AtomicInteger names = new AtomicInteger();

    /** The scheduled tasks that are not done. They keep the threads from their shutdown. */
    private final Set<Scheduled<?>> scheduled = ConcurrentHashMap.newKeySet();

    private volatile boolean shutdown;

    public NetworkExecutor(ClockTimers timers, ActivityTracker activity) {
        this.timers = timers;
        this.activity = activity;
        this.threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                KEEP_ALIVE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> activity.newWorker(work, "nettest-" + names.incrementAndGet()));
    }

    @Override
    public void execute(Runnable task) {
        Objects.requireNonNull(task, "task");
        if (shutdown) {
            throw rejected();
        }
        handIn(task);
    }

    private RejectedExecutionException rejected() {
        return new RejectedExecutionException(
                activity.isEnded()
                        ? "Network is down: it was closed before this task"
                        : "the executor of the network is shut down");
    }

    private void handIn(Runnable task) {
        begin();
        try {
            threads.execute(() -> run(task));
        } catch (RejectedExecutionException e) {
            end();
            throw e;
        }
    }

    private void run(Runnable task) {
        ThreadRegistration registration = activity.own();
        registration.setHasWork(true);
        try {
            task.run();
        } catch (Throwable e) {
            taskFailed(e);
            throw e;
        } finally {
            registration.setHasWork(false);
            end();
        }
    }

    private void taskFailed(Throwable failure) {
        if (!activity.isEnded()) {
            activity.failedTasks().add(failure);
        }
    }

    private void begin() {
        activity.increment();
        tasks.begin();
    }

    /**
     * Wakes the waiter for the last task before it counts this one out. So the clock cannot move in between.
     */
    private void end() {
        tasks.end();
        activity.decrement();
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Runnable runnable, @Nullable T value) {
        return newTaskFor(Executors.callable(runnable, value));
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Callable<T> callable) {
        return new Task<>(callable);
    }

    /** Its exception is in reports, before a waiter for this future gets it. */
    private class Task<V> extends FutureTask<V> {

        Task(Callable<V> callable) {
            super(callable);
        }

        @Override
        protected void setException(Throwable failure) {
            taskFailed(failure);
            super.setException(failure);
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(Executors.callable(command), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return start(new Scheduled<>(callable, triggerTime(delay, unit), 0));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        long nanos = unit.toNanos(Checks.positive(period, "period"));
        return start(new Scheduled<>(Executors.callable(command), triggerTime(initialDelay, unit), nanos));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        long nanos = unit.toNanos(Checks.positive(delay, "delay"));
        return start(new Scheduled<>(Executors.callable(command), triggerTime(initialDelay, unit), -nanos));
    }

    private long triggerTime(long delay, TimeUnit unit) {
        return timers.in(Math.max(0, unit.toNanos(delay)));
    }

    private <V> Scheduled<V> start(Scheduled<V> task) {
        if (shutdown) {
            throw rejected();
        }
        tasks.begin();
        scheduled.add(task);
        task.arm();
        if (shutdown) {
            task.cancel(false); // the shutdown may have missed it
        }
        return task;
    }

    /** Like that of {@code ScheduledThreadPoolExecutor}: delayed tasks still run, periodic ones are cancelled. */
    @Override
    public void shutdown() {
        shutdown = true;
        for (Scheduled<?> task : scheduled) {
            if (task.isPeriodic()) {
                task.cancel(false);
            }
        }
        shutDownThreadsIfUnneeded();
        tasks.shutdown();
    }

    /** Cancels the tasks that wait for their instant, and returns them. The running ones are interrupted. */
    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> never = new ArrayList<>();
        for (Scheduled<?> task : scheduled) {
            if (task.cancelUnlessRunning()) {
                never.add(task);
            }
        }
        threads.shutdownNow();
        tasks.shutdown();
        return never;
    }

    private void shutDownThreadsIfUnneeded() {
        if (shutdown && scheduled.isEmpty()) {
            threads.shutdown();
        }
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return threads.isTerminated();
    }

    /** Waits on the network's clock. A registered thread does not count as runnable meanwhile. */
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before awaitTermination");
        }
        long deadline = timers.in(Math.max(0, unit.toNanos(timeout)));
        ThreadWaiter.WaitResult end = ThreadWaiter.observe(tasks, ReadyBits.CLOSED, 1, timers, deadline, Timers.NEVER);
        if (end == ThreadWaiter.WaitResult.INTERRUPTED) {
            Thread.interrupted();
            throw new InterruptedException("interrupted in awaitTermination");
        }
        return end == ThreadWaiter.WaitResult.READY
                && threads.awaitTermination(END_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Waits for its threads to end, up to {@link #END_LIMIT} of real time. */
    public void awaitEnd() {
        if (Thread.currentThread() instanceof TrackedThread && activity.current() != null) {
            return; // called by a task, which would wait for itself
        }
        try {
            threads.awaitTermination(END_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A task with an instant. A positive period means a fixed rate, a negative one a fixed delay. */
    private final class Scheduled<V> extends Task<V> implements RunnableScheduledFuture<V> {

        private final long period;
        private volatile long at;
        private volatile boolean running;
        private volatile Timers.@Nullable Timer timer;

        Scheduled(Callable<V> callable, long at, long period) {
            super(callable);
            this.at = at;
            this.period = period;
        }

        void arm() {
            timer = timers.schedule(at, this::submit);
            if (isDone()) {
                disarm();
            }
        }

        private void submit() {
            try {
                handIn(this);
            } catch (RejectedExecutionException e) {
                cancel(false);
            }
        }

        @Override
        public void run() {
            running = true;
            if (!isPeriodic()) {
                super.run();
            } else if (runAndReset()) {
                at = period > 0 ? Timers.deadline(at, period) : timers.in(-period);
                running = false;
                arm();
            }
        }

        /** True if it was waiting for its instant. */
        boolean cancelUnlessRunning() {
            boolean waits = !running;
            return (waits || isPeriodic()) && cancel(false) && waits;
        }

        @Override
        protected void done() {
            disarm();
            if (scheduled.remove(this)) {
                tasks.end();
                shutDownThreadsIfUnneeded();
            }
        }

        private void disarm() {
            Timers.Timer armed = timer;
            if (armed != null) {
                armed.cancel();
            }
        }

        @Override
        public boolean isPeriodic() {
            return period != 0;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            long left = at == Timers.NEVER ? Timers.NEVER : at - timers.now();
            return unit.convert(left, TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
