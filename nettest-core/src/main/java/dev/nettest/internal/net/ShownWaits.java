package dev.nettest.internal.net;

import dev.nettest.Awaitable;
import dev.nettest.Registration;
import dev.nettest.Snapshot;
import dev.nettest.internal.sync.Waiter;
import dev.nettest.internal.time.IdleDetector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The waits of a network that the queues of its sockets do not show. Takes no lock. */
final class ShownWaits {

    private final NetworkImpl network;
    private final IdleDetector idleDetector;
    private final Set<Shown> shown = ConcurrentHashMap.newKeySet();
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Thread, ListenAwait> listenAwaits = new ConcurrentHashMap<>();
    private final Set<WakeupImpl> wakeups = ConcurrentHashMap.newKeySet();
    private final IgnoredCloses ignoredCloses = new IgnoredCloses();

    ShownWaits(NetworkImpl network, IdleDetector idleDetector) {
        this.network = network;
        this.idleDetector = idleDetector;
    }

    /** A wait that an adapter shows. */
    static final class Shown implements Registration {

        private final ShownWaits waits;
        private final long number;
        final @Nullable Awaitable at;
        final Supplier<? extends Snapshot.@Nullable Waiter> waiter;

        private Shown(ShownWaits waits, @Nullable Awaitable at, Supplier<? extends Snapshot.@Nullable Waiter> waiter) {
            this.waits = waits;
            this.number = waits.numbers.getAndIncrement();
            this.at = at;
            this.waiter = waiter;
        }

        @Override
        public void cancel() {
            waits.shown.remove(this);
        }
    }

    /**
     * Shows {@code waiter} until the result is cancelled.
     *
     * @throws IllegalArgumentException if {@code at} is of another network
     */
    Registration show(@Nullable Awaitable at, Supplier<? extends Snapshot.@Nullable Waiter> waiter) {
        if (at != null && at.network() != network) {
            throw new IllegalArgumentException("a socket of another network: " + at);
        }
        Shown added = new Shown(this, at, waiter);
        shown.add(added);
        return added;
    }

    /** In the order in which they were added. */
    List<Shown> all() {
        return shown.stream()
                .sorted(Comparator.comparingLong(wait -> wait.number))
                .toList();
    }

    /** Threads that wait until the network is idle. */
    List<Waiter> idleAwaits() {
        return idleDetector.answered().waiters();
    }

    void add(WakeupImpl wakeup) {
        wakeups.add(wakeup);
    }

    /** False if it was removed before. */
    boolean remove(WakeupImpl wakeup) {
        return wakeups.remove(wakeup);
    }

    IgnoredCloses ignoredCloses() {
        return ignoredCloses;
    }

    /** Ends the waits of adapters, when the network ends. */
    void setWakeups() {
        for (WakeupImpl wakeup : wakeups) {
            wakeup.set();
        }
    }

    /** Threads that wait in an adapter, such as a selector. */
    List<Waiter> ofAdapters() {
        List<Waiter> waiters = new ArrayList<>();
        wakeups.forEach(wakeup -> waiters.addAll(wakeup.waiters()));
        return waiters;
    }

    /** The flags for which adapters such as a selector wait. */
    Set<WakeupImpl> wakeups() {
        return wakeups;
    }

    /** The current thread waits for {@code await}, until {@link #endListenAwait}. */
    void beginListenAwait(ListenAwait await) {
        listenAwaits.put(Thread.currentThread(), await);
    }

    void endListenAwait() {
        listenAwaits.remove(Thread.currentThread());
    }

    /** Null if {@code thread} does not wait for a listener any more. */
    @Nullable
    ListenAwait listenAwaitOf(Thread thread) {
        return listenAwaits.get(thread);
    }
}
