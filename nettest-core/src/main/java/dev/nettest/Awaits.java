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
        long nanos = Checks.nanos(limit, "limit");
        if (!pollable.isReady(readiness.condition, amount)) {
            checkHope(readiness, amount);
            ClockTimers timers = network.timers();
            long backstop = timers.isVirtual() ? timers.realTime() + network.backstop() : Timers.NEVER;
            long before = timers.now();
            switch (ThreadWaiter.await(
                    pollable, readiness.condition, amount, true, timers, timers.in(nanos), backstop, true)) {
                case TIMED_OUT -> throw late(readiness, amount, limit, timers.now() - before < nanos);
                case INTERRUPTED -> throw failure("interrupted while waiting for " + goal(readiness, amount));
                default -> checkHope(readiness, amount);
            }
        }
        checkClosed(readiness, amount);
    }

    /** Completes when it holds; fails with the {@code AssertionError} of {@link #await} at the limit. */
    CompletionStage<Void> when(Readiness readiness, int amount, Duration limit) {
        long nanos = Checks.nanos(limit, "limit");
        Stage stage = new Stage();
        stage.start(CallbackWaiter.enlist(pollable, readiness.condition, amount, true, () -> {
            try {
                checkHope(readiness, amount);
                checkClosed(readiness, amount);
                stage.complete(null);
            } catch (AssertionError e) {
                stage.completeExceptionally(e);
            }
        }));
        if (!stage.isDone() && nanos != Long.MAX_VALUE) {
            ClockTimers timers = network.timers();
            stage.limit(
                    timers.schedule(timers.in(nanos), () -> stage.expire(() -> late(readiness, amount, limit, false))));
        }
        return stage;
    }

    private void checkHope(Readiness readiness, int amount) {
        if (pollable.isHopelessNow(readiness.condition, amount)) {
            throw failure(goal(readiness, amount) + " can no longer come about");
        }
    }

    /** An operation on something closed returns at once, with an exception: no reader means that by "readable". */
    private void checkClosed(Readiness readiness, int amount) {
        boolean ofOperation =
                readiness == Readiness.READABLE || readiness == Readiness.WRITABLE || readiness == Readiness.ACCEPTABLE;
        if (ofOperation && pollable.isReady(Readiness.CLOSED.condition, 1)) {
            throw failure(goal(readiness, amount) + " can no longer come about: it is closed");
        }
    }

    private AssertionError late(Readiness readiness, int amount, Duration limit, boolean clockStood) {
        String cause = clockStood ? "; nobody moved the virtual clock far enough meanwhile" : "";
        return failure("after " + Durations.text(limit) + " still waiting for " + goal(readiness, amount) + cause);
    }

    private AssertionError failure(String what) {
        return Diagnosis.failure(network, what, waiting);
    }

    private String goal(Readiness readiness, int amount) {
        String bytes = readiness == Readiness.READABLE && amount > 1 ? " (" + amount + " bytes)" : "";
        return subject + " to be " + readiness.adjective + bytes;
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
