package dev.nettest.kernel;

import dev.nettest.kernel.Verdict.Effect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are established and wait to be accepted, in order of arrival and bounded. Dials that find it full wait for
 * room, as they do on Linux. Methods expect the lock held, unless they say otherwise.
 *
 * @param <T> what stands for a connection
 */
public final class Backlog<T> extends Pollable {

    private final ArrayDeque<T> queue = new ArrayDeque<>(4);
    private final Timers timers;
    private int capacity;
    private boolean closed;

    /** Places kept for those whose handshake is under way. */
    private int reserved;

    /** Whether nobody is handed over, though there may be room. */
    private boolean held;

    private @Nullable Gate gate;

    /** @param capacity connections that may wait; one more than the backlog that was asked for, as on Linux */
    public Backlog(int capacity, Timers timers) {
        super(new Monitor());
        this.capacity = capacity;
        this.timers = timers;
    }

    public void lock() {
        monitor.lock();
    }

    /** Unlocks and wakes those who can proceed. */
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

    /** Keeps a place for a connection whose handshake is under way; 0, {@link Outcome#BLOCKED} or {@link Outcome#CLOSED}. */
    public int reserve() {
        if (closed) {
            return Outcome.CLOSED;
        }
        if (queue.size() + reserved >= capacity) {
            return Outcome.BLOCKED;
        }
        reserved++;
        return 0;
    }

    /** Queues {@code connection} in the place that was kept for it, however many may wait now; 0 or {@link Outcome#CLOSED}. */
    public int fill(T connection) {
        reserved--;
        if (closed) {
            return Outcome.CLOSED;
        }
        queue.add(connection);
        return 0;
    }

    /** Gives a place up that was kept. */
    public void forgo() {
        reserved--;
    }

    /**
     * Takes the first connection, adding it to {@code accepted}.
     *
     * @return 0, or an {@link Outcome}; {@link Outcome#RESET} where the connection is to be reset as it is handed over
     */
    public int poll(List<T> accepted) {
        if (closed) {
            return Outcome.CLOSED;
        }
        if (held) {
            return Outcome.BLOCKED;
        }
        Gate now = gate;
        if (now == null) {
            return take(accepted);
        }
        now.begin();
        Effect effect = now.effect();
        if (effect == Effect.STALL) {
            now.heldUp();
            return Outcome.BLOCKED;
        }
        if (effect == Effect.FAIL && !(now.isAfterBuffered() && !queue.isEmpty())) {
            return now.act(Outcome.FAULT);
        }
        int outcome = take(accepted);
        if (outcome == 0) {
            now.completed(0);
            return effect == Effect.RESET ? Outcome.RESET : 0;
        }
        return outcome;
    }

    private int take(List<T> accepted) {
        T connection = queue.poll();
        if (connection == null) {
            return Outcome.BLOCKED;
        }
        accepted.add(connection);
        return 0;
    }

    /** Closes it; what was queued is returned, to be reset outside the lock. */
    public List<T> close() {
        closed = true;
        List<T> rest = new ArrayList<>(queue);
        queue.clear();
        return rest;
    }

    /** Has accepts wait, whatever is queued, until it is let go. */
    public void hold(boolean now) {
        held = now;
    }

    /** Has every accept from here on judged by {@code judge}; asks it anew where it is there already. */
    public void judge(Judge judge) {
        gate = Gate.renewed(gate, this, judge, timers);
    }

    /** The verdict that the last accept ran into; null for none. */
    public @Nullable Verdict acted() {
        return gate == null ? null : gate.acted();
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
    @Nullable
    Gate collectWork(@Nullable Gate chain) {
        if (gate == null) {
            return chain;
        }
        if (!queue.isEmpty() && !held && hasWaiter(Condition.ACCEPTABLE)) {
            gate.heldUp();
        }
        return gate.chainIfDue(chain, !queue.isEmpty());
    }

    @Override
    boolean holds(int condition, long amount) {
        return switch (condition) {
            case Condition.ACCEPTABLE -> closed || isAcceptable();
            case Condition.QUEUEABLE -> closed || queue.size() + reserved < capacity;
            case Condition.CLOSED -> closed;
            default -> false;
        };
    }

    @Override
    boolean isHopeless(int condition, long amount) {
        return closed;
    }

    private boolean isAcceptable() {
        if (held) {
            return false;
        }
        Gate now = gate;
        if (now == null) {
            return !queue.isEmpty();
        }
        return switch (now.effect()) {
            case STALL -> false;
            case FAIL -> true;
            default -> !queue.isEmpty();
        };
    }
}
