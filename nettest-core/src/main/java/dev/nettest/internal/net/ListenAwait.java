package dev.nettest.internal.net;

import dev.nettest.Listener;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.EventCount;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.util.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a listener on an address, blocking or as a stage. It looks again whenever a binding changes or the server
 * ends.
 */
final class ListenAwait {

    private final NetworkImpl network;
    private final HostImpl host;
    private final SocketAddress address;
    private final AwaitLimit limit;
    private final EventCount changes;

    private ListenAwait(HostImpl host, SocketAddress address, Duration limit) {
        this.network = host.network();
        this.host = host;
        this.address = address;
        this.limit = new AwaitLimit(network, limit);
        this.changes = Addresses.isUnix(address)
                ? network.unixPaths().changes()
                : network.bindTable().changes();
    }

    /**
     * @param host the host from which a connect would reach the listener
     * @param server the task that is to listen, whose end fails the await; null for none
     */
    static ListenerImpl await(HostImpl host, SocketAddress address, Duration limit, @Nullable Future<?> server)
            throws IOException {
        ListenAwait await = new ListenAwait(host, address, limit);
        return server == null ? await.await(null) : await.await(watched(host.network(), server));
    }

    static CompletionStage<Listener> when(HostImpl host, SocketAddress address, Duration limit) {
        ReadyFuture<Listener> stage = new ReadyFuture<>();
        try {
            ListenAwait await = new ListenAwait(host, host.network().hostTable().target(address), limit);
            await.look(stage);
            await.limit.apply(stage, await::goal);
        } catch (IOException e) {
            stage.completeExceptionally(e);
        }
        return stage;
    }

    private void look(ReadyFuture<Listener> stage) {
        while (!stage.isDone()) {
            long version = changes.count();
            ListenerImpl listener = find();
            if (listener != null) {
                stage.complete(listener);
            } else if (network.isClosed()) {
                stage.completeExceptionally(closed());
            } else {
                CallbackWaiter waiter =
                        new CallbackWaiter(changes, ReadyBits.CHANGED, version, false, false, () -> look(stage));
                if (changes.enlist(waiter)) {
                    stage.waiter(waiter);
                    return;
                }
            }
        }
    }

    private ListenerImpl await(@Nullable CompletableFuture<?> server) throws IOException {
        long realTimeDeadline = limit.realTimeDeadline();
        if (server != null) {
            server.whenComplete((result, failure) -> changes.advance());
        }
        while (true) {
            long version = changes.count();
            ListenerImpl listener = find();
            if (listener != null) {
                return listener;
            }
            if (server != null && server.isDone()) {
                throw serverFailure(server);
            }
            if (network.isClosed()) {
                throw closed();
            }
            ThreadWaiter.WaitResult end = block(version, realTimeDeadline);
            if (end == ThreadWaiter.WaitResult.TIMED_OUT) {
                throw limit.late(goal());
            }
            if (end == ThreadWaiter.WaitResult.INTERRUPTED) {
                throw limit.interrupted(goal());
            }
        }
    }

    private ThreadWaiter.WaitResult block(long version, long realTimeDeadline) {
        network.waits().beginListenAwait(this);
        try {
            return ThreadWaiter.observe(
                    changes, ReadyBits.CHANGED, version, network.timers(), limit.deadline(), realTimeDeadline);
        } finally {
            network.waits().endListenAwait();
        }
    }

    private @Nullable ListenerImpl find() {
        SocketAddress target = host.resolveWildcard(address);
        return target instanceof InetSocketAddress inet && inet.getPort() == 0
                ? network.bindTable().findAnyPort(inet.getAddress())
                : host.find(target);
    }

    /** The server's own exception; a failure if it ended without one. */
    private IOException serverFailure(CompletableFuture<?> server) {
        try {
            server.join();
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof IOException exception) {
                return exception;
            }
            if (cause instanceof RuntimeException exception) {
                throw exception;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("the server failed before it listened on " + text(), cause);
        }
        throw limit.failure("the server ended before it listened on " + text());
    }

    /** A plain future runs no callback at its end, so a thread waits for it. */
    private static CompletableFuture<?> watched(NetworkImpl network, Future<?> server) {
        if (server instanceof CompletableFuture<?> future) {
            return future;
        }
        CompletableFuture<Object> done = new CompletableFuture<>();
        if (server.isDone()) {
            follow(server, done);
            return done;
        }
        Runnable follow = () -> follow(server, done);
        // A self-advancing clock may not move between the end of the server and its notice here.
        Thread watcher = network.activity().selfAdvancing() == null
                ? new Thread(follow, "nettest-server-watch")
                : network.activity().newThread(follow, "nettest-server-watch");
        watcher.setDaemon(true);
        watcher.start();
        return done;
    }

    private static void follow(Future<?> server, CompletableFuture<Object> done) {
        try {
            done.complete(server.get());
        } catch (ExecutionException e) {
            done.completeExceptionally(e.getCause());
        } catch (CancellationException | InterruptedException e) {
            done.completeExceptionally(e);
        }
    }

    private AssertionError closed() {
        return limit.failure("the network was closed while waiting for " + goal());
    }

    private String goal() {
        return "a listener on " + text();
    }

    /** The awaited address. */
    String text() {
        String text = Addresses.text(address);
        if (address instanceof InetSocketAddress inet) {
            return inet.getPort() == 0 ? "any port of " + text.substring(0, text.length() - 2) : text;
        }
        return host.isDefault() ? text : text + " of " + host.name();
    }
}
