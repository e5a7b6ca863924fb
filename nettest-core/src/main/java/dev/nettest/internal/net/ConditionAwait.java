package dev.nettest.internal.net;

import dev.nettest.Readiness;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.event.EventSubject;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.Pollable;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.util.Checks;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Waits for a condition with a limit, blocking or as a stage. Its failures name the condition and show the network. */
final class ConditionAwait {

    private final NetworkImpl network;
    private final Pollable pollable;
    private final Object subject;

    /** @param subject whose {@code toString} names it in failures */
    ConditionAwait(NetworkImpl network, Pollable pollable, Object subject) {
        this.network = network;
        this.pollable = pollable;
        this.subject = subject;
    }

    /**
     * The condition to wait for.
     *
     * @param text completes "still waiting for the subject to be"
     * @param ofOperation true if it means that an operation would return at once. A closed subject then fails the
     * await,
     *     although an operation on it returns at once, with an exception.
     */
    record Condition(int bit, int amount, String text, boolean ofOperation) {

        static Condition of(Readiness readiness) {
            return of(readiness, 1, "");
        }

        private static Condition of(Readiness readiness, int amount, String detail) {
            boolean ofOperation = readiness == Readiness.READABLE
                    || readiness == Readiness.WRITABLE
                    || readiness == Readiness.ACCEPTABLE;
            return new Condition(
                    Conditions.bit(readiness), amount, Conditions.adjective(readiness) + detail, ofOperation);
        }

        /** @param capacity of the receive buffer; zero for one that holds any number */
        static Condition readable(int bytes, int capacity) {
            Checks.positive(bytes, "bytes");
            if (capacity != 0 && bytes > capacity) {
                throw new IllegalArgumentException(
                        "waiting for " + bytes + " readable bytes, but the receive buffer holds at most " + capacity);
            }
            return of(Readiness.READABLE, bytes, bytes > 1 ? " (" + bytes + " bytes)" : "");
        }

        /** @param capacity of the accept queue */
        static Condition acceptable(int connections, int capacity) {
            Checks.positive(connections, "connections");
            if (connections > capacity) {
                throw new IllegalArgumentException("waiting for " + connections
                        + " queued connections, but the accept queue holds at most " + capacity);
            }
            return of(Readiness.ACCEPTABLE, connections, connections > 1 ? " (" + connections + " connections)" : "");
        }
    }

    void await(Condition condition, Duration duration) {
        AwaitLimit limit = new AwaitLimit(network, duration);
        if (!pollable.isReady(condition.bit, condition.amount)) {
            failIfImpossible(condition, limit);
            switch (ThreadWaiter.observe(
                    pollable,
                    condition.bit,
                    condition.amount,
                    network.timers(),
                    limit.deadline(),
                    limit.realTimeDeadline())) {
                case TIMED_OUT -> throw late(condition, limit);
                case INTERRUPTED -> throw limit.interrupted(text(condition));
                default -> failIfImpossible(condition, limit);
            }
        }
        failIfClosed(condition, limit);
    }

    /** Completes when {@code condition} holds. Fails with the {@code AssertionError} of {@link #await}. */
    CompletionStage<Void> when(Condition condition, Duration duration) {
        AwaitLimit limit = new AwaitLimit(network, duration);
        ReadyFuture<Void> stage = new ReadyFuture<>();
        stage.waiter(CallbackWaiter.enlist(pollable, condition.bit, condition.amount, true, () -> {
            try {
                failIfImpossible(condition, limit);
                failIfClosed(condition, limit);
                stage.complete(null);
            } catch (AssertionError e) {
                stage.completeExceptionally(e);
            }
        }));
        stage.failAt(limit.deadline(), network.timers(), () -> late(condition, limit));
        return stage;
    }

    /** The limit has passed. */
    private AssertionError late(Condition condition, AwaitLimit limit) {
        if (subject instanceof EventSubject socket) {
            network.events().record(EventKind.TIMEOUT, socket, limit.nanos(), "await " + condition.text);
        }
        return limit.late(text(condition));
    }

    private void failIfImpossible(Condition condition, AwaitLimit limit) {
        if (pollable.cannotHappenNow(condition.bit, condition.amount)) {
            throw limit.failure(text(condition) + " can no longer come about");
        }
    }

    private void failIfClosed(Condition condition, AwaitLimit limit) {
        if (condition.ofOperation && pollable.isReady(ReadyBits.CLOSED, 1)) {
            throw limit.failure(text(condition) + " can no longer come about: it is closed");
        }
    }

    private String text(Condition condition) {
        return subject + " to be " + condition.text;
    }
}
