package dev.nettest;

import dev.nettest.kernel.CallbackWaiter;
import dev.nettest.kernel.Condition;
import dev.nettest.kernel.Notice;
import dev.nettest.kernel.Participant;
import dev.nettest.kernel.ThreadWaiter;
import dev.nettest.kernel.Timers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Waiting until a network is idle. */
final class Idleness {

    /** Numbers the questions of all networks, so that one look at several of them answers those before it. */
    private static final AtomicLong QUESTIONS = new AtomicLong();

    private final Network network;
    private final Activity activity;
    private final Notice notice = new Notice();
    private final AtomicInteger awaiting = new AtomicInteger();
    private final Watch watch;

    Idleness(Network network, Activity activity) {
        this.network = network;
        this.activity = activity;
        this.watch = new Watch("nettest-idle", this::isAwaited, this::look);
        activity.whenStill(this::seem);
    }

    boolean isAwaited() {
        return awaiting.get() > 0;
    }

    /** Whether somebody waits for it, and nothing is on its way. */
    boolean isAwaitedNow() {
        return isAwaited() && activity.flying() == 0;
    }

    /** To be read before it is looked whether a network is idle, for {@link #tell}: who asks later may have acted since. */
    static long asked() {
        return QUESTIONS.get();
    }

    /** It was idle after the question {@code upTo} was asked. */
    void tell(long upTo) {
        notice.answer(upTo);
    }

    /** What keeps it busy, the current thread apart; null if nothing does. */
    Probe.@Nullable Busy busy() {
        if (isMoving()) {
            return () -> "the clock is moving";
        }
        return Probe.busy(List.of(activity), Participant.current(), true);
    }

    void await(Duration limit) {
        long nanos = Checks.nanos(limit, "limit");
        ClockTimers timers = network.timers();
        timers.checkMayWait();
        awaiting.incrementAndGet();
        try {
            long question = QUESTIONS.incrementAndGet();
            if (busy() == null) {
                return;
            }
            startWatch();
            long backstop = timers.isVirtual() ? timers.realTime() + network.backstop() : Timers.NEVER;
            switch (ThreadWaiter.await(
                    notice, Condition.CHANGED, question, true, timers, timers.in(nanos), backstop, true)) {
                case TIMED_OUT -> throw late(limit, Thread.currentThread().getName());
                case INTERRUPTED ->
                    throw Diagnosis.failure(
                            network,
                            "interrupted while waiting for the network to be idle",
                            Thread.currentThread().getName());
                default -> {}
            }
        } finally {
            awaiting.decrementAndGet();
        }
    }

    CompletionStage<Void> when(Duration limit) {
        long nanos = Checks.nanos(limit, "limit");
        String waiting = Thread.currentThread().getName();
        CompletableFuture<Void> stage = new CompletableFuture<>();
        awaiting.incrementAndGet();
        long question = QUESTIONS.incrementAndGet();
        if (busy() == null) {
            awaiting.decrementAndGet();
            stage.complete(null);
            return stage;
        }
        ClockTimers timers = network.timers();
        Timers.Timer timer = nanos == Long.MAX_VALUE
                ? () -> {}
                : timers.schedule(timers.in(nanos), () -> stage.completeExceptionally(late(limit, waiting)));
        stage.whenComplete((nothing, failure) -> {
            timer.cancel(); // first, or a clock could move to it
            awaiting.decrementAndGet();
        });
        CallbackWaiter waiter =
                CallbackWaiter.enlist(notice, Condition.CHANGED, question, true, () -> stage.complete(null));
        stage.whenComplete((nothing, failure) -> waiter.cancel());
        if (timers.isVirtual()) {
            CompletableFuture<Void> backstop = new CompletableFuture<Void>();
            backstop.orTimeout(network.backstop(), TimeUnit.NANOSECONDS).whenComplete((nothing, failure) -> {
                if (failure != null) {
                    stage.completeExceptionally(late(limit, waiting));
                }
            });
            stage.whenComplete((nothing, failure) -> backstop.complete(null));
        }
        startWatch();
        return stage;
    }

    private AssertionError late(Duration limit, String waiting) {
        Probe.Busy busy = busy();
        String why = busy == null ? "it has become so just now" : busy.describe();
        return Diagnosis.failure(
                network, "after " + Durations.text(limit) + " the network is still not idle: " + why, waiting);
    }

    private void startWatch() {
        VirtualClock clock = activity.selfAdvancing();
        if (clock == null) {
            watch.start();
        } else {
            clock.watch();
        }
    }

    /** The counts have just become zero. Where the clock moves by itself, it decides: idleness comes before time moves on. */
    private void seem() {
        long upTo = asked();
        if (isAwaited() && activity.selfAdvancing() == null && !isMoving() && Probe.isStillByCount(activity)) {
            tell(upTo);
        }
    }

    private boolean look() {
        long upTo = asked();
        if (isMoving() || Probe.busy(List.of(activity), null, true) != null) {
            return false;
        }
        tell(upTo);
        return true;
    }

    private boolean isMoving() {
        return activity.clock() instanceof VirtualClock clock && clock.isBusyMoving();
    }
}
