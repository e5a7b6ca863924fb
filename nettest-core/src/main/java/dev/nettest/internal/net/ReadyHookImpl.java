package dev.nettest.internal.net;

import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import dev.nettest.internal.datagram.DatagramSocketQueue;
import dev.nettest.internal.sync.HookWaiter;
import dev.nettest.internal.sync.ReadyBits;
import java.util.Objects;
import java.util.Set;

/** The implementation of {@link ReadyHook}. */
public final class ReadyHookImpl implements ReadyHook {

    private final AbstractAwaitable awaitable;
    private final HookWaiter waiter;

    ReadyHookImpl(AbstractAwaitable awaitable, Runnable callback) {
        this.awaitable = awaitable;
        this.waiter = new HookWaiter(awaitable.pollable(), callback);
    }

    @Override
    public boolean arm(Set<Readiness> conditions) {
        int mask = 0;
        for (Readiness condition : Objects.requireNonNull(conditions, "conditions")) {
            mask |= awaitable.checkedBit(condition);
        }
        return waiter.arm(mask | ReadyBits.CLOSED);
    }

    @Override
    public boolean isReady(Readiness condition) {
        return waiter.isReady(awaitable.checkedBit(Objects.requireNonNull(condition, "condition")));
    }

    @Override
    public boolean isHungUp() {
        if (awaitable instanceof ConnectionImpl connection) {
            return connection.isClosed() || connection.settings().isHungUp();
        }
        return waiter.isReady(ReadyBits.CLOSED)
                || (awaitable instanceof DatagramEndpointImpl datagrams && isErrorPending(datagrams.queue()));
    }

    private static boolean isErrorPending(DatagramSocketQueue queue) {
        queue.monitor.lock();
        try {
            return queue.isErrorPending();
        } finally {
            queue.monitor.unlock();
        }
    }

    @Override
    public void disarm() {
        waiter.arm(0);
    }
}
