package dev.nettest.internal.net;

import dev.nettest.Connection;
import dev.nettest.Operation;
import dev.nettest.SystemError;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.net.CloseDetail.Cause;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.Callbacks;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.Threads;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.util.Addresses;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connect: the hook, the faults, the deadline and the result. The {@link Handshake} does the rest. The attempt
 * succeeds once
 * the server side is in the accept queue, or the SYN-ACK has arrived. It proceeds by callback; a blocking caller waits
 * for its end.
 */
final class ConnectAttempt {

    private final NetworkImpl network;
    private final HostImpl host;
    private final SocketAddress target;
    private final ConnectionImpl client;
    private final ErrorStyle style;
    private final Handshake handshake;
    private final AtomicBoolean ended = new AtomicBoolean();

    /** The host's number of crashes at the start. */
    private final long crashes;

    /** True for an asynchronous connect and on a virtual thread; see {@link #isPolled}. */
    private volatile boolean polled;

    private volatile @Nullable Throwable failure;

    /** Completes the stage of an asynchronous connect. Taken by the first thread that ends the attempt or the stage. */
    private final AtomicReference<@Nullable Runnable> onEnd = new AtomicReference<>();

    private ConnectAttempt(HostImpl host, SocketAddress target, ConnectionImpl client, ErrorStyle style, long crashes) {
        this.network = host.network();
        this.host = host;
        this.target = target;
        this.client = client;
        this.style = style;
        this.crashes = crashes;
        this.handshake = new Handshake(this, host, target, client);
    }

    /** Blocks until the attempt has succeeded or failed. */
    static ConnectionImpl connect(
            HostImpl host, SocketAddress target, Consumer<? super Connection> hook, ErrorStyle style)
            throws IOException {
        ConnectAttempt attempt = begin(host, target, hook, style);
        attempt.polled = Threads.isVirtual(Thread.currentThread());
        if (style.heedsStatus() && Thread.currentThread().isInterrupted()) {
            attempt.client.teardown().closeByInterrupt(style.closing());
            throw style.interrupted();
        }
        attempt.start();
        if (!attempt.hasEnded()) {
            attempt.block();
        } else if (style.isInterruptible() && attempt.isInterruptedInPoll()) {
            attempt.client.teardown().closeByInterrupt(style.closing());
            throw style.interrupted();
        }
        ConnectionImpl connected = attempt.result();
        if (style == ErrorStyle.SOCKET) {
            connected.requireClose();
        }
        return connected;
    }

    /** Connects without blocking. Cancelling the future ends the attempt. */
    static CompletableFuture<Connection> connectAsync(
            HostImpl host, SocketAddress target, Consumer<? super Connection> hook) {
        Result future = new Result();
        try {
            ConnectAttempt attempt = begin(host, host.network().hostTable().target(target), hook, ErrorStyle.CHANNEL);
            attempt.polled = true;
            attempt.onEnd.set(() -> attempt.complete(future));
            future.attempt = attempt;
            attempt.start();
            if (!attempt.hasEnded()) {
                attempt.watch(future);
            }
        } catch (IOException | RuntimeException | Error e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    private void complete(CompletableFuture<Connection> future) {
        try {
            ConnectionImpl connected = result();
            if (!future.complete(connected)) {
                connected.teardown().release(StreamEndpoint.Closing.CHANNEL, Cause.CANCEL); // cancelled meanwhile
            }
        } catch (IOException | RuntimeException | Error e) {
            future.completeExceptionally(e);
        }
    }

    /** Ends the attempt at its deadline, and when its connection is closed. */
    private void watch(ReadyFuture<Connection> future) {
        future.timer(network.timers(), deadline(), () -> fail(timedOut()));
        future.waiter(
                CallbackWaiter.enlist(client.endpoint(), ReadyBits.CLOSED, 1, false, () -> fail(style.closed(true))));
    }

    /** Ends the attempt before the stage is completed from outside. */
    private void abandon() {
        if (onEnd.getAndSet(null) != null && !fail(style.closed(true))) {
            client.teardown().release(StreamEndpoint.Closing.CHANNEL, Cause.CANCEL); // it has just succeeded
        }
    }

    /** The stage of an asynchronous connect. */
    private static final class Result extends ReadyFuture<Connection> {

        private volatile @Nullable ConnectAttempt attempt;

        @Override
        void release() {
            super.release();
            ConnectAttempt running = attempt;
            if (running != null) {
                running.abandon();
            }
        }
    }

    private static ConnectAttempt begin(
            HostImpl host, SocketAddress target, Consumer<? super Connection> hook, ErrorStyle style)
            throws SocketException {
        long crashes = host.state().crashes();
        host.checkUp("connect to ", target);
        NetworkImpl network = host.network();
        ConnectionImpl client = network.connectionTable().create(host, target);
        client.endpoint().beginConnect();
        Callbacks.runNested(() -> hook.accept(client));
        return new ConnectAttempt(host, host.resolveWildcard(target), client, style, crashes);
    }

    private void start() {
        if (client.isClosed()) {
            fail(style.closed(false)); // the hook closed it
            return;
        }
        try {
            SystemError refused = network.connectionTable().establish(host, client, unnamed());
            if (refused != null) {
                fail(refused);
                return;
            }
            host.checkUp("connect to ", target, crashes); // it may have gone down meanwhile
        } catch (IOException e) {
            fail(e);
            return;
        }
        client.record(EventKind.CONNECT, 0, null);
        ConnectionFaultScope.installExistingFaults(client);
        Verdict verdict = evaluateFaults();
        if (verdict.delayNanos() < 0) {
            carryOut(verdict);
        } else {
            handshake.delay(verdict.delayNanos(), () -> carryOut(verdict));
        }
    }

    private void carryOut(Verdict verdict) {
        switch (verdict.effect()) {
            case FAIL -> failBy(verdict);
            case RESET -> fail(FaultExceptions.marked(systemError(SystemError.CONNECTION_RESET), verdict, where()));
            case STALL -> {} // until the deadline
            default -> handshake.start();
        }
    }

    /** The server's address as the accepting end shows it; the connecting end keeps the host name. */
    private SocketAddress unnamed() {
        if (!(target instanceof InetSocketAddress named)) {
            return target;
        }
        client.addresses().dialled(named);
        return Addresses.plain(named);
    }

    private static void addIfConcerned(List<FaultRegistry> scopes, @Nullable FaultRegistry scope) {
        if (scope != null && scope.hasFaultOf(Operation.Kind.CONNECT)) {
            scopes.add(scope);
        }
    }

    /** The verdict of the faults, fired. */
    private Verdict evaluateFaults() {
        ListenerImpl listener = host.find(target);
        List<FaultRegistry> scopes = new ArrayList<>();
        addIfConcerned(scopes, ConnectionFaultScope.knownFaults(client));
        addIfConcerned(scopes, listener == null ? null : listener.faults());
        addIfConcerned(scopes, host.faults());
        addIfConcerned(scopes, network.faults());
        if (scopes.isEmpty()) {
            return Verdict.PASS; // the connection makes no scope for its faults then
        }
        Verdict verdict = FaultRegistry.evaluateConnect(scopes, client.faultScope());
        verdict.fire(client.faultScope());
        return verdict;
    }

    private void failBy(Verdict verdict) {
        try {
            fail(FaultExceptions.of(verdict, where(), isPolled()));
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /** True once the attempt has succeeded or failed. */
    boolean hasEnded() {
        return ended.get();
    }

    void succeed() {
        if (ended.compareAndSet(false, true)) {
            end();
        } else {
            client.teardown().abort(); // it failed while the server side was being queued
        }
    }

    /** False if the attempt has ended already. */
    private boolean fail(Throwable exception) {
        boolean first = ended.compareAndSet(false, true);
        if (first) {
            failure = exception;
            client.record(EventKind.FAIL, 0, FailedOperation.of(Operation.Kind.CONNECT, exception));
            network.connectionTable().forget(client);
            handshake.cancel();
            client.teardown().release(StreamEndpoint.Closing.CHANNEL, Cause.CONNECT);
            end();
        }
        return first;
    }

    private void end() {
        client.endpoint().lock();
        client.endpoint().endConnect();
        boolean closedMeanwhile = client.endpoint().isClosed();
        client.endpoint().leave();
        if (closedMeanwhile && failure == null) {
            client.teardown().abort(); // the server side is queued already
        }
        Runnable callback = onEnd.getAndSet(null);
        if (callback != null) {
            callback.run();
        }
    }

    private void block() {
        ThreadWaiter.WaitResult ended;
        try {
            ended = ThreadWaiter.awaitTurn(
                    client.endpoint(), ReadyBits.CONNECTED, network.timers(), deadline(), style.isInterruptible());
        } catch (RuntimeException e) {
            fail(e); // this thread may not wait here
            return;
        }
        switch (ended) {
            case TIMED_OUT -> fail(timedOut());
            case INTERRUPTED -> {
                client.teardown().closeByInterrupt(style.closing());
                fail(style.interrupted());
            }
            default -> fail(style.closed(true)); // no effect if it has ended
        }
    }

    private long deadline() {
        long own = client.connectTimeout();
        long kernel = Addresses.isUnix(target)
                ? Timers.NEVER
                : network.connectionTable().timeouts().connect();
        return network.timers().in(own == Timers.NEVER ? kernel : own);
    }

    private IOException timedOut() {
        return client.connectTimeout() == Timers.NEVER
                ? systemError(SystemError.CONNECTION_TIMED_OUT)
                : new SocketTimeoutException("Connect timed out");
    }

    void fail(SystemError error) {
        fail(ErrorHelp.ofConnect(systemError(error), error, network, target));
    }

    private IOException systemError(SystemError error) {
        return (isPolled() ? error.polled() : error).exception(network.config().personality());
    }

    /** True if the JDK would poll: with a timeout, for a non-blocking channel, and on a virtual thread. */
    private boolean isPolled() {
        return polled || client.connectTimeout() != Timers.NEVER;
    }

    /**
     * True if the interrupt status replaces the outcome. Without a timeout, a virtual thread of the JDK parks after the
     * SYN and looks at its status before the outcome. With a timeout it looks at the outcome first.
     */
    private boolean isInterruptedInPoll() {
        return style == ErrorStyle.SOCKET
                && client.connectTimeout() == Timers.NEVER
                && (failure == null || failure instanceof ConnectException)
                && Thread.currentThread().isInterrupted();
    }

    private ConnectionImpl result() throws IOException {
        Throwable failed = failure;
        if (failed == null) {
            return client;
        }
        if (failed instanceof IOException exception) {
            throw exception;
        }
        if (failed instanceof Error error) {
            throw error;
        }
        throw failed instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(failed);
    }

    private String where() {
        return Addresses.text(client.localAddress()) + " -> " + Addresses.text(target);
    }
}
