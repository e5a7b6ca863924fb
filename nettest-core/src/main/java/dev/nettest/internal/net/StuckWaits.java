package dev.nettest.internal.net;

import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.Waiter;
import dev.nettest.internal.time.NetworkWaits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Fails the waits of a network that cannot end any more. All failures of one hang have the same text. */
final class StuckWaits implements NetworkWaits {

    private static final String INTERRUPTED =
            "\" was interrupted a second ago, such as by the timeout of its test, in a call that ignores interrupts";

    private final NetworkImpl network;

    StuckWaits(NetworkImpl network) {
        this.network = network;
    }

    @Override
    public boolean areForOutside() {
        return !network.config().checksHangs()
                || network.waits().wakeups().stream().anyMatch(WakeupImpl::endsInRealTime)
                || network.bridges().stream().anyMatch(bridge -> !bridge.isClosed());
    }

    @Override
    public void fail(String reason) {
        String text = String.valueOf(network.failure(reason).getMessage());
        failAll(
                network.activity().waitsOfRegisteredThreads(),
                () -> network.reports().withText(text));
    }

    @Override
    public boolean failHanging() {
        List<Waiter> waiters = queued();
        if (waiters.isEmpty()) {
            return false;
        }
        String text = network.hang("nothing more can happen").getMessage()
                + "\nif something outside the JVM can end a wait, build the NetworkConfig with checksHangs(false)";
        Supplier<AssertionError> failure = () -> network.reports().withText(text);
        List<ThreadWaiter> threads = new ArrayList<>(network.activity().waitsOfRegisteredThreads());
        for (Waiter waiter : waiters) {
            if (waiter instanceof ThreadWaiter thread) {
                threads.add(thread);
            }
        }
        failAll(threads, failure);
        boolean failed = !threads.isEmpty();
        for (Waiter waiter : waiters) {
            CompletableFuture<?> future = waiter instanceof CallbackWaiter callback ? callback.future() : null;
            failed |= future != null && future.completeExceptionally(failure.get());
        }
        return failed;
    }

    @Override
    public @Nullable Supplier<AssertionError> failureAfterInterrupt() {
        return network.threads().failsInterruptedWait()
                ? () -> network.hang("the thread \"" + Thread.currentThread().getName() + INTERRUPTED)
                : null;
    }

    /** All get their failure before one is woken: a thread that closes its connection would free another one. */
    private static void failAll(List<ThreadWaiter> threads, Supplier<AssertionError> failure) {
        threads.forEach(thread -> thread.failWith(failure));
        threads.forEach(ThreadWaiter::wakeToFail);
    }

    /** The waiters of all sockets, of awaited listeners and of awaited idleness. */
    private List<Waiter> queued() {
        List<Waiter> waiters = new ArrayList<>();
        network.listeners()
                .forEach(listener -> waiters.addAll(listener.acceptQueue().waiters()));
        network.connectionTable()
                .all()
                .forEach(connection -> waiters.addAll(connection.endpoint().waiters()));
        network.udpTable()
                .all()
                .forEach(endpoint -> waiters.addAll(endpoint.queue().waiters()));
        waiters.addAll(network.bindTable().changes().waiters());
        waiters.addAll(network.unixPaths().changes().waiters());
        waiters.addAll(network.waits().idleAwaits());
        waiters.addAll(network.waits().ofAdapters());
        return waiters;
    }
}
