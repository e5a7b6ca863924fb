package dev.nettest.internal.stream;

import dev.nettest.internal.fault.Effect;
import dev.nettest.internal.fault.FaultEvaluator;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.fault.PendingVerdict;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.sync.Deferred;
import dev.nettest.internal.sync.Monitor;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.Pollable;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.Timers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Established connections that wait to be accepted, in order of arrival and bounded. Connects that find it full wait
 * for space, like on Linux. Methods expect the lock held.
 *
 * @param <T> a connection
 */
public final class AcceptQueue<T> extends Pollable {

    private final ArrayDeque<T> queue = new ArrayDeque<>(4);
    private final Timers timers;
    private int capacity;
    private boolean closed;

    /** Slots reserved for connections whose handshake is not done. */
    private int reserved;

    /** True if accepts wait even if connections are queued. */
    private boolean held;

    private @Nullable PendingVerdict pendingVerdict;

    /** The result of the last poll. */
    private int outcome;

    /** @param capacity connections that may wait; one more than the requested backlog, like on Linux */
    public AcceptQueue(int capacity, Timers timers) {
        super(new Monitor());
        this.capacity = capacity;
        this.timers = timers;
    }

    public void lock() {
        monitor.lock();
    }

    /** Unlocks and wakes the waiters that can proceed. */
    public void leave() {
        monitor.leave();
    }

    /** Queues {@code connection}; 0, {@link Outcome#BLOCKED} or {@link Outcome#CLOSED}. */
    public int offer(T connection) {
        if (closed) {
            return Outcome.CLOSED;
        }
        if (queue.size() + reserved >= capacity) {
            return Outcome.BLOCKED;
        }
        queue.add(connection);
        return 0;
    }

    /**
     * Reserves a slot for a connection whose handshake begins; 0, {@link Outcome#BLOCKED} or {@link Outcome#CLOSED}.
     */
    public int reserveSlot() {
        if (closed) {
            return Outcome.CLOSED;
        }
        if (queue.size() + reserved >= capacity) {
            return Outcome.BLOCKED;
        }
        reserved++;
        return 0;
    }

    /**
     * Queues {@code connection} in its reserved slot, even if the capacity was reduced; 0 or {@link Outcome#CLOSED}.
     */
    public int completeSlot(T connection) {
        reserved--;
        if (closed) {
            return Outcome.CLOSED;
        }
        queue.add(connection);
        return 0;
    }

    /** Releases a reserved slot. */
    public void releaseSlot() {
        reserved--;
    }

    /** Removes and returns the first connection; null if there is none to hand over, and {@link #outcome} says why. */
    public @Nullable T poll() {
        outcome = begin();
        if (outcome != 0) {
            return null;
        }
        T connection = queue.poll();
        if (connection == null) {
            outcome = Outcome.BLOCKED;
        } else if (pendingVerdict != null) {
            outcome = pendingVerdict.effect() == Effect.RESET ? Outcome.RESET : 0;
            pendingVerdict.completed(0);
        }
        return connection;
    }

    /** Begins an accept; 0 if it may take a connection, otherwise an {@link Outcome}. */
    private int begin() {
        if (closed) {
            return Outcome.CLOSED;
        }
        if (held) {
            return Outcome.BLOCKED;
        }
        PendingVerdict pending = pendingVerdict;
        if (pending == null) {
            return 0;
        }
        pending.begin();
        Effect effect = pending.effect();
        if (effect == Effect.STALL) {
            pending.onBlocked();
            return Outcome.BLOCKED;
        }
        if (effect == Effect.FAIL && !(pending.isAfterBuffered() && !queue.isEmpty())) {
            return pending.failWith(Outcome.FAULT);
        }
        return 0;
    }

    /**
     * The result of the last {@link #poll}: 0, or an {@link Outcome}; {@link Outcome#RESET} if its connection is to be
     * reset.
     */
    public int outcome() {
        return outcome;
    }

    /** Closes it. The caller resets the returned connections after it left the lock. */
    public List<T> close() {
        closed = true;
        List<T> rest = new ArrayList<>(queue);
        queue.clear();
        return rest;
    }

    /** Makes accepts wait even if connections are queued, or ends that. */
    public void hold(boolean now) {
        held = now;
    }

    /** Evaluates {@code evaluator} for each accept from now on; reevaluates it if it is installed already. */
    public void evaluate(FaultEvaluator evaluator) {
        pendingVerdict = PendingVerdict.reevaluated(pendingVerdict, this, evaluator, timers);
    }

    /** The verdict that acted on the last accept; null for none. */
    public @Nullable Verdict acted() {
        return pendingVerdict == null ? null : pendingVerdict.acted();
    }

    /** The fault that makes a waiting accept wait; null if there is none. */
    public @Nullable InstalledFault heldBy() {
        return pendingVerdict != null && hasOperationWaiting(ReadyBits.ACCEPTABLE) ? pendingVerdict.heldBy() : null;
    }

    public boolean isClosed() {
        return closed;
    }

    public int size() {
        return queue.size();
    }

    public int capacity() {
        return capacity;
    }

    public void capacity(int connections) {
        capacity = connections;
    }

    @Override
    protected @Nullable Deferred deferAfterWakeUps(@Nullable Deferred chain) {
        if (pendingVerdict == null) {
            return chain;
        }
        if (!queue.isEmpty() && !held && hasOperationWaiting(ReadyBits.ACCEPTABLE)) {
            pendingVerdict.onBlocked();
        }
        return pendingVerdict.chainIfDue(chain, pendingVerdict.failsAtOnce() || !queue.isEmpty());
    }

    @Override
    protected boolean holds(int condition, long amount) {
        return switch (condition) {
            case ReadyBits.ACCEPTABLE -> closed || isAcceptable(amount);
            case ReadyBits.BACKLOG_FREE -> closed || queue.size() + reserved < capacity;
            case ReadyBits.CLOSED -> closed;
            default -> false;
        };
    }

    /** @param amount of connections; for one, a failure is enough */
    private boolean isAcceptable(long amount) {
        if (held) {
            return false;
        }
        Effect effect = pendingVerdict == null ? Effect.PASS : pendingVerdict.effect();
        return effect != Effect.STALL && (queue.size() >= amount || (amount <= 1 && effect == Effect.FAIL));
    }
}
