package dev.nettest.internal.net;

import dev.nettest.Awaitable;
import dev.nettest.Connection;
import dev.nettest.Snapshot;
import dev.nettest.WaitingCallback;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.Callbacks;
import dev.nettest.internal.sync.Pollable;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.Waiter;
import dev.nettest.internal.util.Addresses;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Names everything that waits in a network, for one snapshot. The names come from the stacks of blocked threads and
 * from callbacks, all outside every lock.
 */
final class WaitReport {

    private static final String NETWORK = "the network";

    private final NetworkImpl network;
    private final List<ShownWaits.Shown> shown;

    /** The shown waits of sockets that have no row yet, by identity. */
    private final IdentityHashMap<Awaitable, List<ShownWaits.Shown>> shownAt = new IdentityHashMap<>();

    private final List<Snapshot.Waiter> inRows = new ArrayList<>();

    WaitReport(NetworkImpl network) {
        this.network = network;
        this.shown = network.waits().all();
        for (ShownWaits.Shown wait : shown) {
            if (wait.at != null) {
                shownAt.computeIfAbsent(wait.at, none -> new ArrayList<>()).add(wait);
            }
        }
    }

    /**
     * Names the waiters in the row of {@code socket}. Called once for each row, in the order of the rows.
     *
     * @param queued the queue of {@code socket}
     */
    List<Snapshot.Waiter> ofRow(Awaitable socket, List<Waiter> queued) {
        List<Snapshot.Waiter> named = new ArrayList<>();
        queued.forEach(waiter -> addQueued(named, waiter, socket));
        List<ShownWaits.Shown> here = shownAt.remove(socket);
        if (here != null) {
            here.forEach(wait -> add(named, asked(wait.waiter, "onSnapshot", socket)));
        }
        inRows.addAll(named);
        return named;
    }

    /** All waiters, after every row has its own. */
    List<Snapshot.Waiter> all() {
        List<Snapshot.Waiter> all = new ArrayList<>(inRows);
        for (Pollable changes :
                List.of(network.bindTable().changes(), network.unixPaths().changes())) {
            for (Waiter waiter : changes.waiters()) {
                if (waiter instanceof ThreadWaiter thread) {
                    ListenAwait await = network.waits().listenAwaitOf(thread.thread());
                    add(all, await == null ? null : blocked(thread, await.text()));
                }
            }
        }
        for (WakeupImpl wakeup : network.waits().wakeups()) {
            addAtNoSocket(all, wakeup.waiters(), NETWORK + wakeup.note());
        }
        addAtNoSocket(all, network.waits().idleAwaits(), NETWORK);
        for (ShownWaits.Shown wait : shown) {
            if (wait.at == null || shownAt.containsKey(wait.at)) {
                add(all, asked(wait.waiter, "onSnapshot", wait.at));
            }
        }
        return all;
    }

    private static void addAtNoSocket(List<Snapshot.Waiter> waiters, List<Waiter> queued, String subject) {
        for (Waiter waiter : queued) {
            if (waiter instanceof ThreadWaiter thread) {
                add(waiters, blocked(thread, subject));
            }
        }
    }

    private static void add(List<Snapshot.Waiter> waiters, Snapshot.@Nullable Waiter waiter) {
        if (waiter != null) {
            waiters.add(waiter);
        }
    }

    private static void addQueued(List<Snapshot.Waiter> waiters, Waiter waiter, Awaitable socket) {
        if (waiter instanceof ThreadWaiter thread) {
            add(waiters, blocked(thread, socket));
        } else if (waiter instanceof CallbackWaiter queued && queued.callback() instanceof WaitingCallback callback) {
            add(waiters, asked(callback::waiter, "onReady", socket));
        }
    }

    /** Null if the thread does not wait any more. */
    private static Snapshot.@Nullable Waiter blocked(ThreadWaiter waiter, Awaitable socket) {
        if (waiter.isFor(ReadyBits.CONNECTED) && socket instanceof Connection client) {
            return blocked(waiter, Addresses.text(client.remoteAddress()));
        }
        BlockedCall call = BlockedCall.of(waiter);
        return call == null
                ? null
                : new Snapshot.Waiter(name(waiter.thread()), call.operation(), socket, call.line(), waiter.isLimited());
    }

    private static Snapshot.@Nullable Waiter blocked(ThreadWaiter waiter, String subject) {
        BlockedCall call = BlockedCall.of(waiter);
        return call == null
                ? null
                : new Snapshot.Waiter(
                        name(waiter.thread()), call.operation(), subject, call.line(), waiter.isLimited());
    }

    /** A virtual thread has no name unless it gets one. */
    static String name(Thread thread) {
        String name = thread.getName();
        return name.isEmpty() ? "thread #" + thread.getId() : "thread \"" + name + '"';
    }

    /** The answer of user code. An exception stands in place of the name, because something waits there. */
    private static Snapshot.@Nullable Waiter asked(
            Supplier<? extends Snapshot.@Nullable Waiter> waiter, String operation, @Nullable Awaitable socket) {
        try {
            return Callbacks.callNested(waiter::get);
        } catch (Throwable e) {
            String name =
                    "a callback that threw " + e.toString().lines().findFirst().orElse("");
            return socket == null
                    ? new Snapshot.Waiter(name, operation, NETWORK, null, false)
                    : new Snapshot.Waiter(name, operation, socket, null, false);
        }
    }
}
