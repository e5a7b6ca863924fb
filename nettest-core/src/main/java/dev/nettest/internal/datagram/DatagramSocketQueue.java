package dev.nettest.internal.datagram;

import dev.nettest.internal.fault.Effect;
import dev.nettest.internal.fault.FaultEvaluator;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.fault.PendingVerdict;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.sync.Deferred;
import dev.nettest.internal.sync.Monitor;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.Pollable;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.Timers;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one datagram socket: its receive buffer, its peer if it is connected, and its pending ICMP error.
 *
 * <p>The precedence of a receive: closed, fault due, pending error, datagrams, wait. The precedence of a send:
 * closed, fault due, pending error, send buffer full. The pending ICMP error ({@code sk_err}) is reported once, by
 * the first operation, and before queued datagrams.
 *
 * <p>Methods expect the lock held, unless they say otherwise.
 */
public final class DatagramSocketQueue extends Pollable {

    /** The capacity of a receive buffer without a bound. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private final ReceiveBuffer buffer;
    private final Timers timers;
    private final ReorderBuffer<Datagram> heldArrivals = new ReorderBuffer<>();
    private final SendSide sends;
    private long arrived;
    private long dropped;
    private boolean closed;
    private boolean unreachable;

    /** True while the host is paused: datagrams and errors wait. */
    private boolean suspended;

    /** The pending error arrived while suspended. */
    private boolean unreachableLater;

    private volatile @Nullable SocketAddress peer;
    private @Nullable SocketAddress lastSender;
    private @Nullable PendingVerdict receives;

    public DatagramSocketQueue(int capacity, Timers timers) {
        super(new Monitor());
        this.buffer = new ReceiveBuffer(capacity);
        this.timers = timers;
        this.sends = new SendSide(this, timers);
    }

    public void lock() {
        monitor.lock();
    }

    /** Unlocks, and wakes the waiters whose condition holds. */
    public void leave() {
        monitor.leave();
    }

    // ---- arrivals

    /** The result of an arrival. */
    public enum Arrival {
        QUEUED,
        /** The receive buffer is full. */
        DROPPED,
        /** The socket is closed, or connected to another peer. */
        REFUSED
    }

    /** Queues the remaining bytes of {@code source}. Consumes nothing. */
    public Arrival offer(SocketAddress sender, ByteBuffer source, SendVerdict verdict) {
        if (closed || !listensTo(sender)) {
            return Arrival.REFUSED;
        }
        Datagram datagram = buffer.offer(sender, source);
        if (datagram == null) {
            dropped++;
            return Arrival.DROPPED;
        }
        if (verdict.corrupts()) {
            datagram.corrupt(datagram.size(), verdict.random());
        }
        arrived++;
        return Arrival.QUEUED;
    }

    /** True if the socket is not connected, or connected to {@code sender}. Needs no lock. */
    public boolean listensTo(SocketAddress sender) {
        SocketAddress only = peer;
        return only == null || only.equals(sender);
    }

    /** An ICMP port unreachable from {@code target} arrived. Ignored unless that is the peer. */
    public void onPortUnreachable(SocketAddress target) {
        if (!closed && target.equals(peer)) {
            unreachableLater = suspended;
            unreachable |= !suspended;
        }
    }

    /** Suspends the delivery of datagrams and errors to the owner, or resumes it. */
    public void suspendDelivery(boolean suspend) {
        suspended = suspend;
        if (!suspend) {
            unreachable |= unreachableLater;
            unreachableLater = false;
        }
    }

    // ---- receives

    /**
     * Takes the first datagram. Bytes that do not fit into {@code target} are lost.
     *
     * @return the number of bytes, and {@link #lastSender()} is set; or an {@link Outcome}
     */
    public int receive(ByteBuffer target) {
        if (closed) {
            return Outcome.CLOSED;
        }
        PendingVerdict verdict = receives;
        if (verdict == null || isFirstEvaluated()) {
            return take(target);
        }
        Effect effect = verdict.effect();
        if (effect == Effect.STALL) {
            verdict.onBlocked();
            return Outcome.BLOCKED;
        }
        if (effect == Effect.FAIL && !(verdict.isAfterBuffered() && hasInput())) {
            return verdict.failWith(Outcome.FAULT);
        }
        Datagram first = first();
        if (isErrorPending() || first == null) {
            return take(target);
        }
        first.corrupt(target.remaining(), verdict);
        List<Datagram> copies =
                effect == Effect.DUPLICATE ? first.copies(verdict.decided().duplicates()) : List.of();
        int count = take(target);
        verdict.completed(count);
        requeueDue();
        copies.forEach(buffer::putFirst);
        return count;
    }

    private int take(ByteBuffer target) {
        if (takeError()) {
            return Outcome.UNREACHABLE;
        }
        Datagram first = suspended ? null : buffer.poll();
        if (first == null) {
            return Outcome.BLOCKED;
        }
        lastSender = first.sender();
        int count = first.copyTo(target);
        buffer.recycle(first);
        return count;
    }

    /**
     * Takes the pending error; true if it is reported. An error that outlives the connection is not reported by the
     * JDK: a receive continues, and a send counts as successful although Linux does not send.
     */
    private boolean takeError() {
        boolean reported = isErrorPending();
        unreachable = false;
        return reported;
    }

    private boolean isErrorPending() {
        return unreachable && peer != null;
    }

    /** The first datagram that the owner can receive now; null if there is none. */
    private @Nullable Datagram first() {
        return suspended ? null : buffer.peek();
    }

    /** Requeues the reordered datagrams that are due. */
    private void requeueDue() {
        List<Datagram> due = heldArrivals.pass();
        for (int i = due.size() - 1; i >= 0; i--) {
            buffer.putFirst(due.get(i));
        }
    }

    /** The sender of the last received datagram. */
    public SocketAddress lastSender() {
        if (lastSender == null) {
            throw new AssertionError("nothing was received yet");
        }
        return lastSender;
    }

    // ---- sends

    /** Decides about a datagram of {@code count} bytes that is to be sent now. */
    public SendVerdict transmit(int count) {
        if (closed) {
            return SendVerdict.CLOSED;
        }
        SendVerdict faulted = sends.begin(count);
        if (faulted != null) {
            return faulted;
        }
        if (unreachable) {
            return takeError() ? SendVerdict.UNREACHABLE : SendVerdict.LOST;
        }
        return sends.transmit(count);
    }

    /** A datagram of {@code count} bytes was sent and waits in the egress queue of its host. */
    public void transmitStarted(int count) {
        sends.transmitStarted(count);
    }

    /** A datagram of {@code count} bytes left the egress queue. */
    public void transmitFinished(int count) {
        sends.transmitFinished(count);
    }

    /** Holds {@code delivery} until {@code distance} later datagrams were sent. */
    public void hold(Runnable delivery, long distance) {
        sends.hold(delivery, distance);
    }

    // ---- connecting

    /** Connects to {@code only} and clears the receive buffer, like the JDK; null disconnects. */
    public void connect(@Nullable SocketAddress only) {
        if (only != null) {
            clear();
            unreachable = false;
            unreachableLater = false;
        }
        peer = only;
    }

    /** The connected peer; null if not connected. Needs no lock. */
    public @Nullable SocketAddress peer() {
        return peer;
    }

    // ---- closing

    /** Closes the socket and clears the receive buffer. Returns the held sends, to be sent now. */
    public List<Runnable> close() {
        closed = true;
        clear();
        return sends.drain();
    }

    private void clear() {
        buffer.clear();
        heldArrivals.drain();
    }

    // ---- counters

    public int capacity() {
        return buffer.capacity();
    }

    public void capacity(int capacity) {
        buffer.capacity(capacity);
    }

    /** The number of queued datagrams. */
    public int size() {
        return buffer.size();
    }

    /** The payload bytes of the queued datagrams. */
    public long bytes() {
        return buffer.bytes();
    }

    /** The number of datagrams that found the receive buffer full. */
    public long dropped() {
        return dropped;
    }

    /** The number of datagrams that were ever queued. */
    public long arrived() {
        return arrived;
    }

    // ---- faults

    /** Evaluates every receive from now on, if {@code sized} once it has a datagram; reevaluates the pending one. */
    public void evaluateReceives(FaultEvaluator evaluator, boolean sized) {
        receives = PendingVerdict.reevaluated(receives, this, evaluator, timers)
                .lengthFrom(sized ? buffer::firstSize : null);
    }

    /** The verdict that acted on the last receive; null if none did. */
    public @Nullable Verdict actedOnReceive() {
        return receives == null ? null : receives.acted();
    }

    /** The sends and their faults. */
    public SendSide sends() {
        return sends;
    }

    /** The fault that makes a waiting receive or send wait; null if there is none. */
    public @Nullable InstalledFault heldBy() {
        return receives != null && hasOperationWaiting(ReadyBits.READABLE)
                ? receives.heldBy()
                : sends.heldBy(hasOperationWaiting(ReadyBits.WRITABLE));
    }

    @Override
    protected @Nullable Deferred deferAfterWakeUps(@Nullable Deferred chain) {
        Deferred rest = chain;
        if (receives != null) {
            dropOrReorderFirst(receives);
            if (hasInput() && hasOperationWaiting(ReadyBits.READABLE)) {
                receives.onBlocked();
            }
            rest = receives.chainIfDue(rest, hasInput() || receives.failsAtOnce());
        }
        return sends.chainIfDue(rest, hasOperationWaiting(ReadyBits.WRITABLE));
    }

    /** Removes a datagram to drop or reorder before a reader can see it, so it makes no reader ready. */
    private void dropOrReorderFirst(PendingVerdict verdict) {
        Effect effect = verdict.effect();
        if (closed
                || suspended
                || buffer.isEmpty()
                || isFirstEvaluated()
                || (effect != Effect.DROP && effect != Effect.REORDER)) {
            return;
        }
        long distance = effect == Effect.REORDER ? verdict.decided().reorderDistance() : 0;
        Datagram first = buffer.poll();
        if (first != null) {
            int size = first.size();
            first.corrupt(size, verdict);
            verdict.completed(size);
            requeueDue();
            if (effect == Effect.REORDER) {
                heldArrivals.hold(first, distance);
            }
        }
    }

    private boolean isFirstEvaluated() {
        Datagram first = first();
        return first != null && first.evaluated;
    }

    /** True if there is a pending error or a datagram for the owner. */
    private boolean hasInput() {
        return isErrorPending() || (!suspended && !buffer.isEmpty());
    }

    // ---- conditions

    @Override
    protected boolean holds(int condition, long amount) {
        return switch (condition) {
            case ReadyBits.READABLE -> closed || isReadable();
            case ReadyBits.WRITABLE -> closed || sends.isWritable();
            case ReadyBits.CLOSED -> closed;
            case ReadyBits.HUNG_UP -> unreachable; // also one that outlives the connection, like in Linux
            case ReadyBits.ARRIVED -> arrived >= amount;
            default -> false;
        };
    }

    @Override
    protected boolean cannotHappen(int condition, long amount) {
        return closed;
    }

    private boolean isReadable() {
        PendingVerdict verdict = receives;
        if (verdict == null || isFirstEvaluated()) {
            return hasInput();
        }
        return switch (verdict.effect()) {
            case STALL -> false;
            case FAIL -> true;
            default -> hasInput();
        };
    }
}
