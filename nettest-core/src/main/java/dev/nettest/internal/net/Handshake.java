package dev.nettest.internal.net;

import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.stream.AcceptQueue;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.EventCount;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.Pollable;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.Timers;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The TCP handshake of one {@link ConnectAttempt}. Each segment travels over the links. A segment that cannot go on
 * waits by callback for a link, a host or the accept queue. Without links the SYN queues the server side at once.
 */
final class Handshake {

    /** The segments, each with its direction. */
    private enum Phase {
        SYN(true),
        SYN_ACK(false),
        RST(false),
        ACK(true);

        final boolean forward;

        Phase(boolean forward) {
            this.forward = forward;
        }
    }

    private final ConnectAttempt attempt;
    private final NetworkImpl network;
    private final HostImpl host;
    private final SocketAddress target;
    private final ConnectionImpl client;

    /** The listener whose accept queue has a slot reserved for this handshake. */
    private final AtomicReference<@Nullable ListenerImpl> slotHolder = new AtomicReference<>();

    /** The delay of a fault, or the segment in flight, until the connect returns. */
    private volatile Timers.@Nullable Timer timer;

    private volatile boolean cancelled;
    private volatile @Nullable CallbackWaiter waiter;

    /** @param target the address that the segments go to, never a wildcard */
    Handshake(ConnectAttempt attempt, HostImpl host, SocketAddress target, ConnectionImpl client) {
        this.attempt = attempt;
        this.network = host.network();
        this.host = host;
        this.target = target;
        this.client = client;
    }

    /** Sends the SYN as soon as the connecting host is up and both directions of the route are open. */
    void start() {
        if (!attempt.hasEnded() && !deferUntilHostUp(host, this::start) && !deferUntilRouteOpens(this::start)) {
            transmit(Phase.SYN);
        }
    }

    /** Runs {@code next} after a fault's delay, unless the attempt has failed by then. */
    void delay(long nanos, Runnable next) {
        keep(network.timers().schedule(network.timers().in(nanos), next));
    }

    private void keep(Timers.Timer started) {
        timer = started;
        if (cancelled) {
            started.cancel();
        }
    }

    /** Gives up the wait, the timer and the reserved slot after the attempt has failed. */
    void cancel() {
        cancelled = true;
        Timers.Timer running = timer;
        if (running != null) {
            running.cancel();
        }
        CallbackWaiter queued = waiter;
        if (queued != null) {
            queued.cancel();
        }
        releaseSlot();
    }

    // ---- transmission

    /** Sends a segment. If the links lose every retransmission, it waits for a link to change; an ACK is given up. */
    private void transmit(Phase phase) {
        EventCount changes = network.links().table().changes();
        long seen = changes.count();
        long arrival = arrival(phase);
        if (arrival < 0) {
            receive(phase);
        } else if (arrival != Timers.NEVER) {
            Timers.Timer segment = network.timers().deliver(arrival, () -> receive(phase));
            if (phase != Phase.ACK) {
                keep(segment);
            }
        } else if (phase == Phase.ACK) {
            dropHalfOpen();
        } else if (!defer(changes, ReadyBits.CHANGED, seen, () -> retransmit(phase))) {
            retransmit(phase);
        }
    }

    private void retransmit(Phase phase) {
        if (!attempt.hasEnded() && !deferUntilRouteOpens(() -> retransmit(phase))) {
            transmit(phase);
        }
    }

    /** The instant at which a segment sent now arrives; -1 if it takes no time, {@link Timers#NEVER} if it is lost. */
    private long arrival(Phase phase) {
        ConnectionRoute route = route();
        if (route == null) {
            return -1;
        }
        return phase.forward ? route.forwardArrival() : route.reverseArrival();
    }

    private void receive(Phase phase) {
        switch (phase) {
            case SYN -> onSyn();
            case SYN_ACK -> onSynAck();
            case RST -> onRst();
            case ACK -> onAck();
        }
    }

    // ---- reception

    private void onSyn() {
        while (!attempt.hasEnded()
                && !deferUntilHostUp(host.ownerOf(target), this::onSyn)
                && !deferUntilRouteOpens(this::start)) {
            if (client.isConnectedToItself()) {
                attempt.succeed();
                return;
            }
            ListenerImpl listener = host.find(target);
            ConnectionRoute route = route();
            boolean takesTime = route != null && route.delays();
            int outcome =
                    listener == null ? Outcome.CLOSED : takesTime ? reserveSlot(listener) : listener.offer(client);
            if (listener == null || outcome == Outcome.CLOSED) {
                transmit(Phase.RST);
                return;
            }
            if (outcome == 0 && takesTime) {
                transmit(Phase.SYN_ACK);
                return;
            }
            if (outcome == 0) {
                attempt.succeed();
                return;
            }
            if (deferUntilBacklogFree(listener.acceptQueue())) {
                return;
            }
        }
    }

    /** Refused: no listener has the address. */
    private void onRst() {
        if (!attempt.hasEnded() && !deferUntilHostUp(host, this::start) && !deferUntilRouteOpens(this::start)) {
            attempt.fail(ErrorHelp.unreached(host, target));
        }
    }

    /** The connect returns; the ACK will queue the server side. */
    private void onSynAck() {
        if (!attempt.hasEnded()
                && !deferUntilHostUp(host, this::onSynAck)
                && !deferUntilRouteOpens(() -> transmit(Phase.SYN_ACK))) {
            client.record(EventKind.CONNECTED, 0, null);
            transmit(Phase.ACK);
            attempt.succeed();
        }
    }

    private void onAck() {
        if (!deferUntilRouteOpens(() -> transmit(Phase.ACK))) {
            ListenerImpl listener = slotHolder.getAndSet(null);
            if (listener != null) {
                listener.completeSlot(client);
            }
        }
    }

    // ---- the slot in the accept queue

    private int reserveSlot(ListenerImpl listener) {
        int outcome = listener.reserveSlot(client);
        if (outcome == 0) {
            slotHolder.set(listener);
            if (attempt.hasEnded()) {
                releaseSlot();
            }
        }
        return outcome;
    }

    private void releaseSlot() {
        ListenerImpl listener = slotHolder.getAndSet(null);
        if (listener != null) {
            listener.releaseSlot();
        }
    }

    /**
     * Every retransmission of the ACK is lost: the server forgets the connection and answers later data with an RST.
     */
    private void dropHalfOpen() {
        releaseSlot();
        client.peer().teardown().closeSilently();
    }

    // ---- waiting by callback

    /** Null before the network has a link. */
    private @Nullable ConnectionRoute route() {
        return network.links().table().isTrivial() ? null : client.addresses().route();
    }

    /** True if the route is stopped in a direction; {@code next} then runs after a link or a host has changed. */
    private boolean deferUntilRouteOpens(Runnable next) {
        EventCount changes = network.links().table().changes();
        long seen = changes.count();
        ConnectionRoute route = route();
        while (route != null && route.isStopped()) {
            if (defer(changes, ReadyBits.CHANGED, seen, next)) {
                return true;
            }
            seen = changes.count();
        }
        return false;
    }

    /** True if {@code owner} neither sends nor answers now; {@code next} then runs when it does. */
    private boolean deferUntilHostUp(HostImpl owner, Runnable next) {
        return owner.isUnreachable() && defer(owner.state().dialGate(), ReadyBits.OPEN, 1, next);
    }

    /** True if the queue is full; the SYN is then received again when it is this attempt's turn. */
    private boolean deferUntilBacklogFree(AcceptQueue<ConnectionImpl> queue) {
        return enlist(
                queue, new CallbackWaiter(queue, ReadyBits.BACKLOG_FREE, 1, true, false, () -> onBacklogFree(queue)));
    }

    /**
     * It is this attempt's turn. If it does not take the place, the next attempt has to be woken: leaving the lock does
     * that.
     */
    private void onBacklogFree(AcceptQueue<ConnectionImpl> queue) {
        onSyn();
        queue.lock();
        queue.leave();
    }

    private boolean defer(Pollable pollable, int condition, long amount, Runnable next) {
        return enlist(pollable, new CallbackWaiter(pollable, condition, amount, false, false, next));
    }

    /** True if {@code next} waits now; false if its condition holds already. */
    private boolean enlist(Pollable pollable, CallbackWaiter next) {
        waiter = next;
        boolean waits = pollable.enlist(next);
        if (waits && cancelled) {
            next.cancel();
        }
        return waits;
    }
}
