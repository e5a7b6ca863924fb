package dev.nettest.internal.net;

import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.ThreadWaiter.WaitResult;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.time.BusyReason;
import dev.nettest.internal.time.ClockTimers;
import dev.nettest.internal.time.IdleDetector;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * One await of an idle network: its limit, its stage, and its failure text. The limit of a closed network counts in
 * real time if its clock advances by itself, because the threads of that network no longer stop the clock.
 */
final class IdleAwait {

    private final NetworkImpl network;
    private final IdleDetector detector;

    IdleAwait(NetworkImpl network, IdleDetector detector) {
        this.network = network;
        this.detector = detector;
    }

    void await(Duration duration) {
        AwaitLimit limit = new AwaitLimit(network, duration);
        ClockTimers timers = network.timers();
        timers.checkMayWait();
        long ticket = detector.begin();
        try {
            if (detector.busy() == null) {
                return;
            }
            switch (detector.awaitAnswer(() -> observe(ticket, limit))) {
                case TIMED_OUT -> throw late(limit);
                case INTERRUPTED -> throw limit.interrupted("the network to be idle");
                default -> {}
            }
        } finally {
            detector.end();
        }
    }

    private WaitResult observe(long ticket, AwaitLimit limit) {
        long realTimeLimit = limit.realTimeDeadline();
        if (!detector.isLeftByClock()) {
            WaitResult result = observe(ticket, limit.deadline(), realTimeLimit);
            if (result != WaitResult.TIMED_OUT || !detector.isLeftByClock()) {
                return result;
            }
        }
        return observe(ticket, Timers.NEVER, realTimeLimit);
    }

    private WaitResult observe(long ticket, long deadline, long realTimeLimit) {
        return ThreadWaiter.observe(
                detector.answered(), ReadyBits.CHANGED, ticket - 1, network.timers(), deadline, realTimeLimit);
    }

    CompletionStage<Void> when(Duration duration) {
        AwaitLimit limit = new AwaitLimit(network, duration);
        ReadyFuture<Void> stage = new ReadyFuture<>();
        // The clock stands, since it could answer the query before the stage waits, and then move to the limit.
        network.timers().whileStanding(() -> enlist(stage, limit));
        return stage;
    }

    private void enlist(ReadyFuture<Void> stage, AwaitLimit limit) {
        long ticket = detector.begin();
        if (detector.busy() == null) {
            detector.end();
            stage.complete(null);
            return;
        }
        stage.whenComplete((nothing, failure) -> detector.end());
        stage.waiter(CallbackWaiter.enlist(
                detector.answered(), ReadyBits.CHANGED, ticket - 1, true, () -> stage.complete(null)));
        ClockTimers timers = network.timers();
        if (!detector.isLeftByClock()) {
            stage.timer(timers, limit.deadline(), () -> failOnTime(stage, limit));
        }
        if (timers.isVirtual()) {
            limitRealTime(stage, limit);
        }
        detector.startPolling();
    }

    /** If the network was closed meanwhile, only the real time counts. */
    private void failOnTime(ReadyFuture<Void> stage, AwaitLimit limit) {
        if (!stage.isDone() && !detector.isLeftByClock()) {
            stage.completeExceptionally(late(limit));
        }
    }

    /** Fails {@code stage} after a real time, in case nothing moves the virtual clock. */
    private void limitRealTime(ReadyFuture<Void> stage, AwaitLimit limit) {
        CompletableFuture<Void> realTime = new CompletableFuture<>();
        realTime.orTimeout(limit.realTimeLimit(), TimeUnit.NANOSECONDS).whenComplete((nothing, timeout) -> {
            if (timeout != null) {
                stage.completeExceptionally(late(limit));
            }
        });
        stage.whenComplete((nothing, thrown) -> realTime.complete(null));
    }

    private AssertionError late(AwaitLimit limit) {
        BusyReason busy = detector.busy();
        String why = busy == null ? "it became idle just now" : busy.describe();
        return limit.failure("after " + limit.passed() + " the network is still not idle: " + why);
    }
}
