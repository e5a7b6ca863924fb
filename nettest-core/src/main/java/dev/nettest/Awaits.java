package dev.nettest;

import dev.nettest.kernel.CallbackWaiter;
import dev.nettest.kernel.Pollable;
import dev.nettest.kernel.ThreadWaiter;
import dev.nettest.kernel.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waiting for a condition with a limit, blocking or as a stage, and the failure that says what was waited for and how the
 * network looked then.
 */
final class Awaits {

    /** A limit that never passes. */
    static final Duration UNLIMITED = Duration.ofSeconds(Long.MAX_VALUE);

    private final Network network;
    private final Pollable pollable;
    private final Object subject;

    /** Who asked: a stage fails on another thread than the one that waits for it. */
    private final String waiting = Thread.currentThread().getName();

    /** @param subject whose {@code toString} names it in failures */
    Awaits(Network network, Pollable pollable, Object subject) {
        this.network = network;
        this.pollable = pollable;
        this.subject = subject;
    }

    void await(Readiness readiness, Duration limit) {
        await(readiness, 1, limit);
    }

    void await(Readiness readiness, int amount, Duration limit) {
        await(Goal.of(readiness, amount), limit);
    }

    /**
     * What is waited for.
     *
     * @param text what the subject is to be
     * @param ofOperation whether it says that an operation would return at once, which one on something closed does with an exception
     */
    record Goal(int condition, int amount, String text, boolean ofOperation) {

        static Goal of(Readiness readiness, int amount) {
            String bytes = readiness == Readiness.READABLE && amount > 1 ? " (" + amount + " bytes)" : "";
            boolean ofOperation = readiness == Readiness.READABLE
                    || readiness == Readiness.WRITABLE
                    || readiness == Readiness.ACCEPTABLE;
            return new Goal(readiness.condition, amount, readiness.adjective + bytes, ofOperation);
        }
    }

    void await(Goal goal, Duration limit) {
        long nanos = Checks.nanos(limit, "limit");
        if (!pollable.isReady(goal.condition, goal.amount)) {
            checkHope(goal);
            ClockTimers timers = network.timers();
            long backstop = timers.isVirtual() ? timers.realTime() + network.backstop() : Timers.NEVER;
            long before = timers.now();
            switch (ThreadWaiter.await(
                    pollable, goal.condition, goal.amount, true, timers, timers.in(nanos), backstop, true)) {
                case TIMED_OUT -> throw late(goal, limit, timers.now() - before < nanos);
                case INTERRUPTED -> throw failure("interrupted while waiting for " + text(goal));
                default -> checkHope(goal);
            }
        }
        checkClosed(goal);
    }

    /** Completes when it holds; fails with the {@code AssertionError} of {@link #await} at the limit. */
    CompletionStage<Void> when(Readiness readiness, int amount, Duration limit) {
        return when(Goal.of(readiness, amount), limit);
    }

    /** As {@link #when(Readiness, int, Duration)}. */
    CompletionStage<Void> when(Goal goal, Duration limit) {
        long nanos = Checks.nanos(limit, "limit");
        Stage stage = new Stage();
        stage.start(CallbackWaiter.enlist(pollable, goal.condition, goal.amount, true, () -> {
            try {
                checkHope(goal);
                checkClosed(goal);
                stage.complete(null);
            } catch (AssertionError e) {
                stage.completeExceptionally(e);
            }
        }));
        if (!stage.isDone() && nanos != Long.MAX_VALUE) {
            ClockTimers timers = network.timers();
            stage.limit(timers.schedule(timers.in(nanos), () -> stage.expire(() -> late(goal, limit, false))));
        }
        return stage;
    }

    private void checkHope(Goal goal) {
        if (pollable.isHopelessNow(goal.condition, goal.amount)) {
            throw failure(text(goal) + " can no longer come about");
        }
    }

    /** An operation on something closed returns at once, with an exception: no reader means that by "readable". */
    private void checkClosed(Goal goal) {
        if (goal.ofOperation && pollable.isReady(Readiness.CLOSED.condition, 1)) {
            throw failure(text(goal) + " can no longer come about: it is closed");
        }
    }

    private AssertionError late(Goal goal, Duration limit, boolean clockStood) {
        String cause = clockStood ? network.whyClockStood() : "";
        return failure("after " + Durations.text(limit) + " still waiting for " + text(goal) + cause);
    }

    private AssertionError failure(String what) {
        return Diagnosis.failure(network, what, waiting);
    }

    private String text(Goal goal) {
        return subject + " to be " + goal.text;
    }

    /** A stage that takes its waiter and its timer with it when it is done or cancelled. */
    private static final class Stage extends CompletableFuture<Void> {

        private final AtomicBoolean expired = new AtomicBoolean();
        private volatile @Nullable CallbackWaiter waiter;
        private volatile Timers.@Nullable Timer timer;

        Stage() {
            whenComplete((nothing, failure) -> release());
        }

        void start(CallbackWaiter enlisted) {
            waiter = enlisted;
            if (isDone()) {
                release();
            }
        }

        void limit(Timers.Timer scheduled) {
            timer = scheduled;
            if (isDone()) {
                release();
            }
        }

        void expire(Supplier<AssertionError> failure) {
            if (!isDone() && expired.compareAndSet(false, true)) {
                completeExceptionally(failure.get());
            }
        }

        private void release() {
            CallbackWaiter enlisted = waiter;
            if (enlisted != null) {
                enlisted.cancel();
            }
            Timers.Timer scheduled = timer;
            if (scheduled != null) {
                scheduled.cancel();
            }
        }
    }
}
