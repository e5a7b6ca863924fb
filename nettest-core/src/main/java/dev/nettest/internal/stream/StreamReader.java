package dev.nettest.internal.stream;

import dev.nettest.internal.fault.Effect;
import dev.nettest.internal.fault.FaultEvaluator;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.fault.PendingVerdict;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.sync.Deferred;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.Timers;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of an endpoint. Guarded by the connection's monitor. A read meets the first of these that applies:
 *
 * <ol>
 *   <li>closed by this endpoint
 *   <li>not connected yet
 *   <li>this endpoint's {@code shutdownInput}
 *   <li>a fault that is due
 *   <li>bytes
 *   <li>the pending error
 *   <li>end of stream
 *   <li>nothing yet: {@link Outcome#BLOCKED}
 * </ol>
 *
 * <p>A socket's read that waits owns the read lock. Other reads of the socket wait for the lock.
 */
public final class StreamReader {

    private final StreamState state;
    private final Pipe pipe;

    /** A fault ended the stream. */
    private boolean ended;

    private @Nullable PendingVerdict pendingVerdict;

    private boolean resetReported;

    /** The read that waits and owns the read lock. */
    private @Nullable Object readOwner;

    StreamReader(StreamState state) {
        this.state = state;
        this.pipe = state.in;
    }

    /**
     * Moves queued bytes to {@code target}.
     *
     * @param delimiter the read ends behind the first byte of this value; negative for none
     * @return the number of bytes, or an {@link Outcome}
     */
    public int read(ByteBuffer target, int delimiter) {
        if (state.closed) {
            return Outcome.CLOSED;
        }
        if (state.connecting) {
            return Outcome.NOT_CONNECTED;
        }
        if (state.inputShutdown || ended) {
            return Outcome.END_OF_STREAM;
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        PendingVerdict pending = pendingVerdict;
        return pending == null
                ? take(target, delimiter, target.remaining())
                : readWithFault(pending, target, delimiter);
    }

    private int readWithFault(PendingVerdict pending, ByteBuffer target, int delimiter) {
        pending.begin();
        Effect effect = pending.effect();
        if (effect == Effect.STALL && !isStallEnded(pending)) {
            return pending.blocked();
        }
        if (effect.replacesBytes() && !pending.isAfterBuffered()) {
            return fail(pending, effect);
        }
        int count = take(target, delimiter, pending.limit(target.remaining()));
        if (count == Outcome.BLOCKED) {
            return effect.replacesBytes() ? fail(pending, effect) : Outcome.BLOCKED;
        }
        if (count > 0 && pending.corrupts()) {
            flipBit(target, count, pending.decided().random());
        }
        pending.completed(Math.max(0, count));
        return count;
    }

    /** Everything below the faults in the order of precedence. */
    private int take(ByteBuffer target, int delimiter, int most) {
        if (pipe.urgentMark >= 0) {
            pipe.skipUrgentByte();
        }
        long arrived = pipe.arrived();
        if (arrived > 0) {
            int count = (int) Math.min(most, arrived);
            if (pipe.urgentMark >= 0) {
                count = pipe.upToUrgentMark(count);
            }
            if (delimiter >= 0) {
                long through = pipe.lengthThrough((byte) delimiter);
                count = through < 0 ? count : (int) Math.min(count, through);
            }
            pipe.read(target, count);
            pipe.consumed(count);
            return count;
        }
        boolean finished = pipe.isFinished();
        int error = finished && !state.local ? 0 : state.takeErrorForRead();
        if (error != 0) {
            return error;
        }
        return finished || state.isAborted() ? Outcome.END_OF_STREAM : Outcome.BLOCKED;
    }

    private int fail(PendingVerdict pending, Effect effect) {
        switch (effect) {
            case END_OF_STREAM -> {
                ended = true;
                return pending.failWith(Outcome.END_OF_STREAM);
            }
            case RESET -> {
                state.abortConsumed();
                return pending.failWith(Outcome.RESET);
            }
            default -> {
                return pending.failWith(Outcome.FAULT);
            }
        }
    }

    /** A read has reported a reset. The JDK repeats it for ever. */
    public void resetReported() {
        resetReported = true;
    }

    public boolean isResetReported() {
        return resetReported;
    }

    // ---- the read lock

    /** True if another read than that of {@code reader} owns the read lock. */
    public boolean isLockedFor(Object reader) {
        return readOwner != null && readOwner != reader;
    }

    /** Gives the read lock, which is free or its own, to {@code reader}. */
    public void lock(Object reader) {
        readOwner = reader;
    }

    /** Releases the read lock if {@code reader} has it. */
    public void unlock(Object reader) {
        if (readOwner == reader) {
            readOwner = null;
        }
    }

    boolean isUnlocked() {
        return readOwner == null;
    }

    // ---- unread and shutdown

    /** Puts bytes that were read, and not used, back in front of the queued ones. */
    public void unread(ByteBuffer bytes) {
        int count = bytes.remaining();
        if (state.closed || count == 0) {
            return;
        }
        pipe.unread(bytes);
        if (pendingVerdict != null) {
            pendingVerdict.onUnread(count);
        }
    }

    /** From now on reads return the end of the stream; queued bytes stay unread. */
    public void shutdown() {
        state.inputShutdown = true;
    }

    public boolean isShutdown() {
        return state.inputShutdown;
    }

    // ---- the receive buffer

    /** True if urgent bytes are read like any others: {@code SO_OOBINLINE}. */
    public void urgentInline(boolean inline) {
        pipe.urgentInline = inline;
    }

    /** The bytes that can be read now, as {@code FIONREAD} counts them. */
    public long available() {
        return pipe.available();
    }

    /** The bytes that have arrived and were not read, urgent ones included. */
    public long queued() {
        return pipe.arrived();
    }

    /** The same without those that were read and put back: a close does not count them as unread. */
    public long neverRead() {
        return pipe.neverRead();
    }

    /** The size of the receive buffer in bytes. */
    public int bufferSize() {
        return pipe.capacity;
    }

    public void bufferSize(int capacity) {
        pipe.capacity = capacity;
        pipe.sendWaitingFin();
    }

    // ---- faults

    /** Evaluates {@code evaluator} for each read from now on; reevaluates it if it is installed already. */
    public void evaluate(FaultEvaluator evaluator, Timers timers) {
        pendingVerdict = PendingVerdict.reevaluated(pendingVerdict, state, evaluator, timers);
    }

    /** The verdict that acted on the last read; null for none. */
    public @Nullable Verdict acted() {
        return pendingVerdict == null ? null : pendingVerdict.acted();
    }

    /** The fault that makes a waiting read wait; null if there is none. */
    public @Nullable InstalledFault heldBy() {
        return pendingVerdict != null && state.hasOperationWaiting(ReadyBits.READABLE) ? pendingVerdict.heldBy() : null;
    }

    @Nullable
    Deferred chainIfDue(@Nullable Deferred chain) {
        if (pendingVerdict == null) {
            return chain;
        }
        boolean couldProceed =
                canProceed() || (pendingVerdict.result().replacesBytes() && !pendingVerdict.isAfterBuffered());
        if (couldProceed && state.hasOperationWaiting(ReadyBits.READABLE)) {
            pendingVerdict.onBlocked();
        }
        return pendingVerdict.chainIfDue(chain, couldProceed);
    }

    // ---- readiness

    /** For an amount of one, readable like in {@code poll}; for more, true if as many bytes have arrived. */
    boolean isReadable(long amount) {
        if (state.closed || state.inputShutdown || ended) {
            return state.closed || amount <= 1;
        }
        if (pendingVerdict != null) {
            Effect effect = pendingVerdict.effect();
            if (effect == Effect.STALL && !isStallEnded(pendingVerdict)) {
                return false;
            }
            if (effect.replacesBytes() && !pendingVerdict.isAfterBuffered()) {
                return amount <= 1 || pipe.arrived() >= amount;
            }
            if (effect.replacesBytes() && amount <= 1) {
                return true;
            }
        }
        return (pipe.arrived() >= amount && pipe.hasBytes()) || (amount <= 1 && canProceed());
    }

    /** True if the next read returns the end of the stream, be it that of the peer or one of a fault. */
    boolean isAtEnd() {
        if (ended || state.closed || resetReported) {
            return ended;
        }
        boolean finished = pipe.isFinished() && !pipe.hasBytes();
        if (pendingVerdict == null) {
            return finished;
        }
        Effect effect = pendingVerdict.effect();
        if (effect == Effect.STALL) {
            return finished && isStallEnded(pendingVerdict);
        }
        boolean replaced = effect.replacesBytes() && !(pendingVerdict.isAfterBuffered() && canProceed());
        return replaced ? effect == Effect.END_OF_STREAM : finished;
    }

    /** True if no more bytes will come. */
    boolean isTerminated() {
        return state.inputShutdown || ended || pipe.isFinished() || state.isAborted();
    }

    private boolean canProceed() {
        return state.closed || pipe.hasBytes() || isTerminated();
    }

    /**
     * True if a stall is due that the end of the stream ends, as it ends a blocked read. A FIN behind stalled bytes
     * does not: it would arrive after them.
     */
    private boolean isStallEnded(PendingVerdict pending) {
        return pending.isStalling() && (state.isAborted() || (pipe.isFinished() && !pipe.hasBytes()));
    }

    private static void flipBit(ByteBuffer target, int count, long random) {
        int index = target.position() - 1 - (int) Math.floorMod(random >> 3, (long) count);
        target.put(index, (byte) (target.get(index) ^ (1 << (random & 7))));
    }
}
