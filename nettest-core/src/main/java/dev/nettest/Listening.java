package dev.nettest;

import dev.nettest.kernel.AddressBook;
import dev.nettest.kernel.CallbackWaiter;
import dev.nettest.kernel.Condition;
import dev.nettest.kernel.ThreadWaiter;
import dev.nettest.kernel.Timers;
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

/** Waiting for somebody to listen: until the address book changes to what is wanted, or the server is known to be dead. */
final class Listening {

    private final Network network;
    private final Host host;
    private final SocketAddress address;
    private final Duration limit;
    private final AddressBook<Listener> book;
    private final String waiting = Thread.currentThread().getName();

    private Listening(Host host, SocketAddress address, Duration limit) {
        this.network = host.network();
        this.host = host;
        this.address = address;
        this.limit = limit;
        this.book = network.book();
    }

    /** @param host from where it is looked */
    static Listener await(Host host, SocketAddress address, Duration limit, @Nullable Future<?> server)
            throws IOException {
        Listening listening = new Listening(host, address, limit);
        return server == null ? listening.await(null) : listening.await(watched(host.network(), server));
    }

    static CompletionStage<Listener> when(Host host, SocketAddress address, Duration limit) {
        CompletableFuture<Listener> stage = new CompletableFuture<>();
        try {
            Listening listening = new Listening(host, host.network().target(address), limit);
            ClockTimers timers = host.network().timers();
            Timers.Timer timer = timers.schedule(
                    timers.in(Checks.nanos(limit, "limit")), () -> stage.completeExceptionally(listening.late(false)));
            stage.whenComplete((listener, failure) -> timer.cancel());
            listening.look(stage);
        } catch (IOException e) {
            stage.completeExceptionally(e);
        }
        return stage;
    }

    private void look(CompletableFuture<Listener> stage) {
        while (!stage.isDone()) {
            long version = book.version();
            Listener listener = find();
            if (listener != null) {
                stage.complete(listener);
            } else if (network.isClosed()) {
                stage.completeExceptionally(closed());
            } else {
                CallbackWaiter waiter =
                        new CallbackWaiter(book, Condition.CHANGED, version, false, false, () -> look(stage));
                if (book.enlist(waiter)) {
                    stage.whenComplete((found, failure) -> waiter.cancel());
                    return;
                }
            }
        }
    }

    private Listener await(@Nullable CompletableFuture<?> server) throws IOException {
        ClockTimers timers = network.timers();
        long nanos = Checks.nanos(limit, "limit");
        long before = timers.now();
        long deadline = timers.in(nanos);
        long backstop = timers.isVirtual() ? timers.realTime() + network.backstop() : Timers.NEVER;
        if (server != null) {
            server.whenComplete((result, failure) -> book.touch());
        }
        while (true) {
            long version = book.version();
            Listener listener = find();
            if (listener != null) {
                return listener;
            }
            if (server != null && server.isDone()) {
                throw died(server);
            }
            if (network.isClosed()) {
                throw closed();
            }
            ThreadWaiter.End end =
                    ThreadWaiter.await(book, Condition.CHANGED, version, true, timers, deadline, backstop, true);
            if (end == ThreadWaiter.End.TIMED_OUT) {
                throw late(timers.now() - before < nanos);
            }
            if (end == ThreadWaiter.End.INTERRUPTED) {
                throw failure("interrupted while waiting for " + goal());
            }
        }
    }

    private @Nullable Listener find() {
        SocketAddress target = host.reachable(address);
        return target instanceof InetSocketAddress inet && inet.getPort() == 0
                ? book.findAnyPort(inet.getAddress())
                : host.find(target);
    }

    /** The server ended before it listened: its own exception, if it has one. */
    private IOException died(CompletableFuture<?> server) {
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
        throw failure("the server ended before it listened on " + text());
    }

    /** A plain future cannot be asked to tell when it is done; a thread of its own waits for it. */
    private static CompletableFuture<?> watched(Network network, Future<?> server) {
        if (server instanceof CompletableFuture<?> future) {
            return future;
        }
        CompletableFuture<Object> done = new CompletableFuture<>();
        if (server.isDone()) {
            follow(server, done);
            return done;
        }
        Runnable follow = () -> follow(server, done);
        // Where the clock moves by itself, it must not do so between the end of the server and the news of it.
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

    private AssertionError late(boolean clockStood) {
        String cause = clockStood ? network.whyClockStood() : "";
        return failure("after " + Durations.text(limit) + " still waiting for " + goal() + cause);
    }

    private AssertionError closed() {
        return failure("the network was closed while waiting for " + goal());
    }

    private AssertionError failure(String what) {
        return Diagnosis.failure(network, what, waiting);
    }

    private String goal() {
        return "somebody to listen on " + text();
    }

    private String text() {
        String text = Addresses.text(address);
        if (address instanceof InetSocketAddress inet) {
            return inet.getPort() == 0 ? "any port of " + text.substring(0, text.length() - 2) : text;
        }
        return host.isDefault() ? text : text + " of " + host.name();
    }
}
