package dev.nettest;

import dev.nettest.kernel.CallbackWaiter;
import dev.nettest.kernel.Callbacks;
import dev.nettest.kernel.Changes;
import dev.nettest.kernel.Condition;
import dev.nettest.kernel.End;
import dev.nettest.kernel.EventRing;
import dev.nettest.kernel.Outcome;
import dev.nettest.kernel.Pollable;
import dev.nettest.kernel.ThreadWaiter;
import dev.nettest.kernel.Threads;
import dev.nettest.kernel.Timers;
import dev.nettest.kernel.Verdict;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One dial: the hook, the faults, the listener's backlog. It is done when the connection is queued there, before anybody accepts
 * it. Where it must wait, for room or for a fault's delay, it goes on by callback; a blocking caller waits for its end.
 */
final class Dial {

    /** Linux gives up after this long: six retries of a SYN, with the default {@code tcp_syn_retries}. */
    private static final Duration KERNEL_TIMEOUT = Duration.ofSeconds(127);

    private final Network network;
    private final Host host;
    private final SocketAddress target;
    private final Connection client;
    private final Face face;
    private volatile boolean polled;

    /** Whose backlog keeps a place for this until the handshake is done. */
    private final AtomicReference<@Nullable Listener> keeper = new AtomicReference<>();

    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Throwable failure;
    private volatile @Nullable CallbackWaiter waiter;
    private volatile @Nullable Runnable onEnd;

    private Dial(Host host, SocketAddress target, Connection client, Face face) {
        this.network = host.network();
        this.host = host;
        this.target = target;
        this.client = client;
        this.face = face;
    }

    /** Blocks until the connection is queued, or the dial has failed. */
    static Connection connect(Host host, SocketAddress target, Consumer<? super Connection> hook, Face face)
            throws IOException {
        Dial dial = begin(host, target, hook, face);
        dial.polled = Threads.isVirtual(Thread.currentThread());
        if (face.heedsStatus() && Thread.currentThread().isInterrupted()) {
            dial.client.life().closeByInterrupt(face.closing());
            throw face.interrupted();
        }
        dial.start();
        if (!dial.over.get()) {
            dial.block();
        }
        Connection connected = dial.result();
        if (face == Face.SOCKET) {
            connected.life().belongToCode("connected");
        }
        return connected;
    }

    /** The same without blocking; cancelling gives the dial up. */
    static CompletableFuture<Connection> connectAsync(
            Host host, SocketAddress target, Consumer<? super Connection> hook) {
        CompletableFuture<Connection> future = new CompletableFuture<>();
        try {
            Dial dial = begin(host, host.network().target(target), hook, Face.CHANNEL);
            dial.polled = true;
            dial.onEnd = () -> dial.complete(future);
            dial.start();
            if (!dial.over.get()) {
                dial.watch(future);
            }
        } catch (IOException | RuntimeException | Error e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    private void complete(CompletableFuture<Connection> future) {
        try {
            Connection connected = result();
            if (!future.complete(connected)) {
                connected.life().release(End.Closing.CHANNEL); // cancelled: nobody will have it
            }
        } catch (IOException | RuntimeException | Error e) {
            future.completeExceptionally(e);
        }
    }

    /** Ends the dial when its time is up, when its end is closed, and when {@code future} is cancelled. */
    private void watch(CompletableFuture<Connection> future) {
        Timers.Timer timer = network.timers().schedule(deadline(), () -> fail(timedOut()));
        CallbackWaiter closed =
                CallbackWaiter.enlist(client.end(), Condition.CLOSED, 1, false, () -> fail(face.closed(true)));
        future.whenComplete((connection, failed) -> {
            timer.cancel();
            closed.cancel();
            fail(face.closed(true)); // unless it has ended
        });
    }

    private static Dial begin(Host host, SocketAddress target, Consumer<? super Connection> hook, Face face)
            throws SocketException {
        host.checkUp("connect to ", target);
        Network network = host.network();
        Connection client = network.connections().create(host, target);
        client.end().beginDial();
        Callbacks.runNested(() -> hook.accept(client));
        return new Dial(host, host.reachable(target), client, face);
    }

    private void start() {
        if (client.isClosed()) {
            fail(face.closed(false)); // by the hook
            return;
        }
        try {
            SystemError refused = network.connections().establish(host, client, unnamed());
            if (refused != null) {
                fail(refused);
                return;
            }
            host.checkUp("connect to ", target); // may have been closed meanwhile
        } catch (IOException e) {
            fail(e);
            return;
        }
        client.life().scope().judgeFromBirth();
        Verdict verdict = judge();
        if (verdict == null) {
            attempt();
            return;
        }
        switch (verdict.effect()) {
            case FAIL -> failBy(verdict);
            case RESET -> fail(Failures.marked(spoken(SystemError.CONNECTION_RESET), verdict, where()));
            case STALL -> {} // until its time is up
            case DELAY -> network.timers().schedule(network.timers().in(verdict.amount()), this::attempt);
            default -> attempt();
        }
    }

    /** The target as the other end knows it; this one remembers how it was dialled. */
    private SocketAddress unnamed() {
        if (!(target instanceof InetSocketAddress named)) {
            return target;
        }
        client.life().dialled(named);
        return Addresses.plain(named);
    }

    private @Nullable Verdict judge() {
        Listener listener = host.find(target);
        Verdict winner = null;
        Faults[] scopes = {
            client.life().scope().knownFaults(),
            listener == null ? null : listener.faults(),
            host.faults(),
            network.faults()
        };
        for (Faults scope : scopes) {
            if (scope != null && scope.concerns(Operation.Kind.CONNECT)) {
                Verdict verdict = scope.judgeConnect(client.life().scope(), winner == null);
                if (winner == null && verdict.source() != null) {
                    winner = verdict;
                }
            }
        }
        if (winner != null && winner.source() != null) {
            winner.source().fired();
        }
        return winner;
    }

    private void failBy(Verdict verdict) {
        try {
            fail(Failures.of(verdict, where(), isPolled()));
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /** Sets out, as soon as both hosts and the links between them let it. */
    private void attempt() {
        if (over.get() || waitsFor(host, this::attempt) || waitsForLinks(this::attempt)) {
            return;
        }
        travel(true, this::knock);
    }

    /** Does what is next when the handshake gets there, or back; where it never does, tries again when a link changes. */
    private void travel(boolean outbound, Runnable next) {
        Changes changes = network.links().changes();
        long seen = changes.count();
        ConnectionWay taken = way();
        long arrival = taken == null ? -1 : outbound ? taken.arrivalThere() : taken.arrivalBack();
        if (arrival == Timers.NEVER) {
            Runnable again = () -> travelAgain(outbound, next);
            if (!waits(changes, Condition.CHANGED, seen, again)) {
                again.run();
            }
        } else if (arrival < 0) {
            next.run();
        } else {
            network.timers().deliver(arrival, next);
        }
    }

    private void travelAgain(boolean outbound, Runnable next) {
        if (!over.get() && !waitsForLinks(() -> travelAgain(outbound, next))) {
            travel(outbound, next);
        }
    }

    /** What lies in between; null where there are no links yet. */
    private @Nullable ConnectionWay way() {
        return network.links().isTrivial() ? null : client.life().way();
    }

    /** Comes to the listener, if there is one. */
    private void knock() {
        while (!over.get() && !waitsFor(host.ownerOf(target), this::knock) && !waitsForLinks(this::attempt)) {
            Listener listener = host.find(target);
            ConnectionWay taken = way();
            boolean takesTime = taken != null && taken.takesTime();
            int outcome = listener == null ? Outcome.CLOSED : takesTime ? reserve(listener) : listener.offer(client);
            if (listener == null || outcome == Outcome.CLOSED) {
                travel(false, this::refused);
                return;
            }
            if (outcome == 0 && takesTime) {
                travel(false, () -> answered(listener));
                return;
            }
            if (outcome == 0) {
                succeed();
                return;
            }
            if (waits(listener.backlogQueue(), Condition.QUEUEABLE, 1, this::knock)) {
                return;
            }
        }
    }

    /** The answer is that nobody is there. */
    private void refused() {
        if (!over.get() && !waitsFor(host, this::attempt) && !waitsForLinks(this::attempt)) {
            fail(host.absence(target));
        }
    }

    /** The answer is here: the dial is done, and with its last word the other end is queued. */
    private void answered(Listener listener) {
        if (over.get()
                || waitsFor(host, () -> answered(listener))
                || waitsForLinks(() -> travel(false, () -> answered(listener)))) {
            return;
        }
        confirm(listener);
        succeed();
    }

    /** Sends the last word. Where that is lost for good, the listener forgets the connection, and resets what comes of it later. */
    private void confirm(Listener listener) {
        ConnectionWay taken = way();
        long arrival = taken == null ? -1 : taken.arrivalThere();
        if (arrival == Timers.NEVER) {
            forgo();
            client.peer().life().closeSilently();
        } else if (arrival < 0) {
            confirmed(listener);
        } else {
            network.timers().deliver(arrival, () -> confirmed(listener));
        }
    }

    /** The last word is here. */
    private void confirmed(Listener listener) {
        if (!waitsForLinks(() -> confirm(listener)) && keeper.compareAndSet(listener, null)) {
            listener.fill(client);
        }
    }

    private int reserve(Listener listener) {
        int outcome = listener.reserve(client);
        if (outcome == 0) {
            keeper.set(listener);
            if (over.get()) {
                forgo();
            }
        }
        return outcome;
    }

    /** Gives the place up that is kept for this, if one is. */
    private void forgo() {
        Listener listener = keeper.getAndSet(null);
        if (listener != null) {
            listener.forgo();
        }
    }

    /** Has {@code next} wait while the links let nothing through, one way or the other; whether they do not. */
    private boolean waitsForLinks(Runnable next) {
        Changes changes = network.links().changes();
        long seen = changes.count();
        ConnectionWay taken = way();
        while (taken != null && taken.isStopped()) {
            if (waits(changes, Condition.CHANGED, seen, next)) {
                return true;
            }
            seen = changes.count();
        }
        return false;
    }

    /** Has it wait while {@code machine} neither sends nor answers. */
    private boolean waitsFor(Host machine, Runnable next) {
        return machine.isCutOff() && waits(machine.valve(), Condition.OPEN, 1, next);
    }

    /** Goes on with {@code next} once that holds; whether it does not yet. */
    private boolean waits(Pollable pollable, int condition, long amount, Runnable next) {
        boolean inTurn = condition == Condition.QUEUEABLE;
        CallbackWaiter queued = new CallbackWaiter(pollable, condition, amount, inTurn, false, next);
        waiter = queued;
        boolean waits = pollable.enlist(queued);
        if (waits && failure != null) {
            queued.cancel();
        }
        return waits;
    }

    private void succeed() {
        if (over.compareAndSet(false, true)) {
            client.record(EventRing.Kind.CONNECT, 0);
            end();
        } else {
            client.life().abort(); // given up just as it was queued
        }
    }

    private void fail(Throwable exception) {
        if (over.compareAndSet(false, true)) {
            failure = exception;
            network.connections().forget(client);
            CallbackWaiter queued = waiter;
            if (queued != null) {
                queued.cancel();
            }
            forgo();
            client.life().release(End.Closing.CHANNEL);
            end();
        }
    }

    private void end() {
        client.end().lock();
        client.end().endDial();
        boolean closedMeanwhile = client.end().isClosed();
        client.end().leave();
        if (closedMeanwhile && failure == null) {
            client.life().abort(); // the peer was queued, and has not heard of that
        }
        Runnable callback = onEnd;
        if (callback != null) {
            callback.run();
        }
    }

    private void block() {
        ThreadWaiter.End ended;
        try {
            ended = ThreadWaiter.await(
                    client.end(),
                    Condition.CONNECTED,
                    1,
                    false,
                    network.timers(),
                    deadline(),
                    Timers.NEVER,
                    face.isInterruptible());
        } catch (RuntimeException e) {
            fail(e); // this thread must not wait here
            return;
        }
        switch (ended) {
            case TIMED_OUT -> fail(timedOut());
            case INTERRUPTED -> {
                client.life().closeByInterrupt(face.closing());
                fail(face.interrupted());
            }
            default -> fail(face.closed(true)); // unless it has ended, as it mostly has
        }
    }

    private long deadline() {
        long own = client.life().connectTimeout();
        long kernel = Addresses.isUnix(target) ? Timers.NEVER : KERNEL_TIMEOUT.toNanos();
        return network.timers().in(own == Timers.NEVER ? kernel : own);
    }

    private IOException timedOut() {
        return client.life().connectTimeout() == Timers.NEVER
                ? spoken(SystemError.CONNECTION_TIMED_OUT)
                : new SocketTimeoutException("Connect timed out");
    }

    private void fail(SystemError error) {
        fail(spoken(error));
    }

    private IOException spoken(SystemError error) {
        return (isPolled() ? error.polled() : error).exception(network.config().personality());
    }

    /** Whether the JDK would have polled, as it does with a timeout, for a non-blocking channel and on a virtual thread. */
    private boolean isPolled() {
        return polled || client.life().connectTimeout() != Timers.NEVER;
    }

    private Connection result() throws IOException {
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
