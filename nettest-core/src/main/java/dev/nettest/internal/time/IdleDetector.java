package dev.nettest.internal.time;

import dev.nettest.internal.sync.EventCount;
import dev.nettest.internal.sync.ThreadTracking;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Detects that a network is idle: no registered thread can run and nothing is in flight.
 *
 * <p>Each query takes a ticket. An answer is valid for a ticket only if the probe began after the ticket was taken: a
 * thread that queries later may have changed the network since.
 */
public final class IdleDetector {

    /** Ticket counter shared by all networks, so that one probe can answer several. */
    private static final AtomicLong TICKETS = new AtomicLong();

    private final ActivityTracker activity;
    private final EventCount answered = new EventCount();
    private final AtomicInteger queries = new AtomicInteger();

    /** The latest ticket of a query of this network. */
    private final AtomicLong latest = new AtomicLong();

    private final Poller poller;

    public IdleDetector(ActivityTracker activity) {
        this.activity = activity;
        this.poller = new Poller("nettest-idle", this::isAwaited, this::probe, () -> !activity.isEnded());
        activity.onIdle(this::onCountsZero);
        activity.onEnd(this::onEnd);
    }

    /** Begins a query and returns its ticket. Every query ends with {@link #end()}. */
    public long begin() {
        queries.incrementAndGet();
        long ticket = TICKETS.incrementAndGet();
        latest.accumulateAndGet(ticket, Math::max);
        return ticket;
    }

    /** A query was answered or given up. */
    public void end() {
        queries.decrementAndGet();
    }

    /** The current thread waits for the answer to its query, and continues when {@code waiting} returns. */
    public <T> T awaitAnswer(Supplier<T> waiting) {
        startPolling();
        activity.idleAwaiters().add(Thread.currentThread());
        try {
            return waiting.get();
        } finally {
            activity.idleAwaiters().remove(Thread.currentThread());
        }
    }

    /** Counts up to the last answered ticket. A query waits for {@code CHANGED} with its ticket less one. */
    public EventCount answered() {
        return answered;
    }

    /** True if a query waits for its answer. An answered query may take some time until it ends. */
    boolean isAwaited() {
        return queries.get() > 0 && answered.count() < latest.get();
    }

    /** True if a query waits for its answer and nothing is in flight. */
    boolean isAnswerable() {
        return isAwaited() && activity.inFlight() == 0;
    }

    /** The latest ticket. Read it before probing and pass it to {@link #answer}. */
    static long ticket() {
        return TICKETS.get();
    }

    /** Answers all tickets up to {@code upTo}: the network was idle after they were taken. */
    void answer(long upTo) {
        answered.advanceTo(upTo);
    }

    /** Why the network is busy, apart from the current thread; null if it is idle. */
    public @Nullable BusyReason busy() {
        if (isMoving()) {
            return BusyReason.clockMoving();
        }
        return QuiescenceProbe.busy(List.of(activity), ThreadTracking.current(), true);
    }

    /** Probes the network until all queries have ended. */
    public void startPolling() {
        SelfAdvancingClock clock = answeringClock();
        if (clock == null) {
            poller.start();
        } else {
            clock.startPolling();
            pollIfAwaited(); // in case the network was closed meanwhile
        }
    }

    /** True if the network is closed and its clock advances without regard to its threads and queries. */
    public boolean isLeftByClock() {
        return activity.isEnded() && activity.selfAdvancing() != null;
    }

    /** A self-advancing clock answers by itself, because idle queries come before its next move. */
    private @Nullable SelfAdvancingClock answeringClock() {
        return activity.isEnded() ? null : activity.selfAdvancing();
    }

    private void onEnd() {
        poller.networkClosed();
        pollIfAwaited();
    }

    /** The clock has forgotten a closed network, and does not answer its queries. */
    private void pollIfAwaited() {
        if (isAwaited() && answeringClock() == null) {
            poller.start();
        }
    }

    private void onCountsZero() {
        long upTo = ticket();
        if (isAwaited() && answeringClock() == null && !isMoving() && QuiescenceProbe.isIdleByCount(activity)) {
            answer(upTo);
        }
    }

    private boolean probe() {
        long upTo = ticket();
        if (isMoving() || QuiescenceProbe.busy(List.of(activity), null, true) != null) {
            return false;
        }
        whileClockStands(() -> answer(upTo));
        return true;
    }

    /**
     * Runs {@code answering} as if this thread were counted. Without that, the thread that waits last could find its
     * query answered, and let the clock move to the limit of the query before the answer has cancelled the limit.
     */
    private void whileClockStands(Runnable answering) {
        SelfAdvancingClock moving = activity.selfAdvancing();
        if (moving != null) {
            moving.whileStanding(answering);
            return;
        }
        activity.clock().threadRunnable();
        try {
            answering.run();
        } finally {
            activity.clock().threadWaiting();
        }
    }

    private boolean isMoving() {
        return activity.clock() instanceof VirtualClockImpl clock && clock.isBusyMoving();
    }
}
