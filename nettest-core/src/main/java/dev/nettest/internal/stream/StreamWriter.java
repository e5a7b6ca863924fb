package dev.nettest.internal.stream;

import dev.nettest.internal.fault.Effect;
import dev.nettest.internal.fault.FaultEvaluator;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.fault.PendingVerdict;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.sync.Deferred;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of an endpoint. Guarded by the connection's monitor. A write meets the first of these that applies:
 *
 * <ol>
 *   <li>closed by this endpoint
 *   <li>a channel: this endpoint's {@code shutdownOutput}
 *   <li>not connected yet
 *   <li>a fault that is due
 *   <li>the pending error
 *   <li>a socket: this endpoint's {@code shutdownOutput}
 *   <li>a broken pipe
 *   <li>no free space: {@link Outcome#BLOCKED}
 * </ol>
 *
 * <p>Over a Unix path a broken pipe comes before the pending error, unless the write has waited for free space.
 *
 * <p>A write that waits for free space keeps the write lock, so that no other write's bytes get in between.
 */
public final class StreamWriter extends WriteOwnership {

    private @Nullable PendingVerdict pendingVerdict;

    /** Null until a fault concerns a write. */
    private @Nullable TcpTimeouts timeouts;

    StreamWriter(StreamState state) {
        super(state);
    }

    /**
     * Moves as many bytes of {@code source} as fit, as one operation of a channel.
     *
     * @return the number of bytes, or an {@link Outcome}
     */
    public int write(ByteBuffer source) {
        if (state.closed) {
            return Outcome.CLOSED;
        }
        if (state.outputShutdown) {
            if (source.hasRemaining()) {
                state.takeErrorForWrite(); // the system call takes it, and the JDK reports the shutdown instead
            }
            return Outcome.OUTPUT_SHUTDOWN;
        }
        if (!source.hasRemaining()) {
            return 0;
        }
        if (writeOwner != null) {
            return Outcome.BLOCKED;
        }
        int refusal = refusal(false);
        if (refusal != 0) {
            return refusal;
        }
        int count = move(source);
        if (count == 0) {
            return Outcome.BLOCKED;
        }
        if (pendingVerdict != null) {
            pendingVerdict.completed(count);
        }
        return count;
    }

    /**
     * Moves the one byte of {@code source} as urgent data, as an operation of a socket. It does not wait for free
     * space.
     *
     * @return 1, 0 if there is no free space, or an {@link Outcome}; {@link Outcome#LOCKED} if another write owns the
     *     write lock
     */
    public int writeUrgent(ByteBuffer source) {
        if (state.closed) {
            return Outcome.CLOSED;
        }
        if (writeOwner != null && !state.outputShutdown) {
            return Outcome.LOCKED;
        }
        int refusal = refusal(false);
        if (refusal != 0) {
            return refusal;
        }
        if (pipe.freeSpace() > 0 && !isRejected()) {
            pipe.markUrgent();
        }
        int count = move(source);
        if (count > 0 && pendingVerdict != null) {
            pendingVerdict.completed(count);
        }
        return count;
    }

    /** True if a write of {@code count} bytes neither waits nor fails, and no fault can change it. */
    public boolean fits(int count) {
        return pendingVerdict == null
                && writeOwner == null
                && pipe.capacity != 0
                && pipe.freeSpace() >= count
                && !isTerminated()
                && !state.connecting
                && !isRejected();
    }

    /**
     * Moves bytes of {@code source} as a part of one operation. The operation is done when all bytes are moved, and in
     * a rendezvous read. Until then {@code owner} keeps the write lock, unless {@link #releaseWrite} ends the operation
     * earlier.
     *
     * @param asChannel true for a blocking channel: if some bytes were moved and the others never can be, the operation
     *     completes with a partial count, and the next one reports the error. A socket's operation fails
     * @return 0 when done; {@link Outcome#BLOCKED} to be called again at {@link ReadyBits#FREE_SPACE}, or at {@link
     *     ReadyBits#WRITABLE} without the write lock; {@link Outcome#LOCKED} if another write owns that; or another
     *     {@link Outcome}
     */
    public int writeAll(ByteBuffer source, Object owner, boolean asChannel) {
        boolean started = writeOwner == owner;
        if (started && isDelivered()) {
            return endOperation();
        }
        if (started && asChannel && isTerminated() && completesPartially(source)) {
            if (state.local) {
                state.takeErrorForWrite(); // the operation met it while it waited, though it returns a count
            }
            return endOperation();
        }
        if (writeOwner == null) {
            writeStart = pipe.written;
        }
        if (state.closed) {
            return Outcome.CLOSED;
        }
        if (state.outputShutdown && asChannel) {
            return Outcome.OUTPUT_SHUTDOWN;
        }
        if (!source.hasRemaining() && !started) {
            return 0;
        }
        if (writeOwner != null && !started && !state.outputShutdown) {
            return Outcome.LOCKED;
        }
        int refusal = refusal(started);
        if (refusal != 0) {
            return refusal;
        }
        return rendezvous >= 0 ? Outcome.BLOCKED : moveAll(source, owner);
    }

    private int moveAll(ByteBuffer source, Object owner) {
        while (true) {
            int count = move(source);
            if (pendingVerdict != null) {
                pendingVerdict.moved(count);
            }
            if (!source.hasRemaining()) {
                break;
            }
            writeOwner = owner;
            if (count == 0 || pendingVerdict == null || !pendingVerdict.isSliced() || pipe.freeSpace() <= 0) {
                return Outcome.BLOCKED;
            }
        }
        if (pipe.capacity == 0 && pipe.acknowledged() < pipe.written && !state.isAborted()) {
            writeOwner = owner;
            rendezvous = pipe.written;
            return Outcome.BLOCKED;
        }
        return endOperation();
    }

    private int endOperation() {
        unlock();
        if (pendingVerdict != null) {
            pendingVerdict.completed(0);
        }
        return 0;
    }

    /**
     * The permanent obstacle of a write, or the effect of a fault that is due: an {@link Outcome}, or 0 for none.
     *
     * @param waited true if the operation has waited for free space, not only for the write lock
     */
    private int refusal(boolean waited) {
        if (state.connecting) {
            return Outcome.NOT_CONNECTED;
        }
        int faulted = pendingVerdict == null || state.outputShutdown ? 0 : applyFault(pendingVerdict);
        if (faulted != 0) {
            return faulted;
        }
        if (state.local && !waited && isPeerUnreachable()) {
            return Outcome.BROKEN_PIPE;
        }
        int error = state.takeErrorForWrite();
        if (error != 0) {
            return error;
        }
        if (state.outputShutdown) {
            return Outcome.OUTPUT_SHUTDOWN;
        }
        return isPeerUnreachable() ? Outcome.BROKEN_PIPE : 0;
    }

    private int applyFault(PendingVerdict pending) {
        pending.begin();
        return switch (pending.effect()) {
            case STALL -> isStallEnded(pending) ? 0 : pending.blocked();
            case FAIL -> pending.failWith(Outcome.FAULT);
            case RESET -> {
                state.abortConsumed();
                yield pending.failWith(Outcome.RESET_BY_PEER);
            }
            case HALF_CLOSE -> {
                shutdown();
                yield pending.failWith(Outcome.OUTPUT_SHUTDOWN);
            }
            case SILENCE -> {
                state.silence(Objects.requireNonNull(timeouts, "timeouts"));
                yield 0;
            }
            default -> 0;
        };
    }

    /** Moves the bytes that fit. A closed peer accepts the first bytes, loses them, and answers with an RST. */
    private int move(ByteBuffer source) {
        int wanted = source.remaining();
        int most = pendingVerdict == null ? wanted : pendingVerdict.limit(wanted);
        if (isRejected()) {
            source.position(source.position() + most);
            pipe.written += most;
            state.resetBothWays();
            return most;
        }
        int count = (int) Math.min(most, Math.max(0, pipe.freeSpace()));
        pipe.overrun = count < most;
        if (count > 0) {
            pipe.write(source, count);
            if (pendingVerdict != null && pendingVerdict.corrupts()) {
                long random = pendingVerdict.decided().random();
                pipe.flipBit(Math.floorMod(random >> 3, (long) count), (int) (random & 7));
            }
            pipe.sent(count); // the peer may reject and discard the bytes at once
        }
        return count;
    }

    /** Half close: sends FIN. */
    public void shutdown() {
        state.outputShutdown = true;
        state.sendFin();
    }

    /** Bytes that were written here and not read by the peer. */
    public long unreadByPeer() {
        return pipe.size();
    }

    // ---- faults

    /** Evaluates {@code evaluator} for each write from now on; reevaluates it if it is installed already. */
    public void evaluate(FaultEvaluator evaluator, TcpTimeouts limits) {
        timeouts = limits;
        pendingVerdict = PendingVerdict.reevaluated(pendingVerdict, state, evaluator, limits.timers());
    }

    /** The verdict that acted on the last write; null for none. */
    public @Nullable Verdict acted() {
        return pendingVerdict == null ? null : pendingVerdict.acted();
    }

    /** The fault that makes a waiting write wait; null if there is none. */
    public @Nullable InstalledFault heldBy() {
        return pendingVerdict != null && isOperationWaiting() ? pendingVerdict.heldBy() : null;
    }

    private boolean isOperationWaiting() {
        return state.hasOperationWaiting(ReadyBits.WRITABLE | ReadyBits.FREE_SPACE);
    }

    @Nullable
    Deferred chainIfDue(@Nullable Deferred chain) {
        if (pendingVerdict == null) {
            return chain;
        }
        boolean couldProceed = canProceed() || pendingVerdict.result().replacesBytes();
        if (couldProceed && isOperationWaiting()) {
            pendingVerdict.onBlocked();
        }
        return pendingVerdict.chainIfDue(chain, couldProceed);
    }

    // ---- readiness

    /** True if a write that does not own the write lock could move bytes, or fail, immediately. */
    boolean isWritable() {
        return state.closed || state.outputShutdown || (writeOwner == null && isDue(canProceed()));
    }

    /** True if the owner of the write lock can continue. */
    boolean hasFreeSpace() {
        return state.closed
                || state.outputShutdown
                || isDelivered()
                || isDue(rendezvous >= 0 ? isPeerUnreachable() : canProceed());
    }

    /** True if a write waits. */
    boolean isBlocked() {
        return writeOwner == null ? state.hasOperationWaiting(ReadyBits.WRITABLE) && !isWritable() : !hasFreeSpace();
    }

    /** True if the pending fault lets a write proceed that could, or makes it fail. */
    private boolean isDue(boolean couldProceed) {
        Effect effect = pendingVerdict == null ? Effect.PASS : pendingVerdict.effect();
        return switch (effect) {
            case STALL -> pendingVerdict != null && isStallEnded(pendingVerdict);
            default -> effect.replacesBytes() || couldProceed;
        };
    }

    /** True if a stall is due that the peer has ended: it has reset the connection, or closed its end. */
    private boolean isStallEnded(PendingVerdict pending) {
        return pending.isStalling() && (isPeerUnreachable() || state.hasPeerClosed());
    }

    private boolean canProceed() {
        return isTerminated() || isRejected() || pipe.freeSpace() > 0;
    }

    /** True if bytes would arrive at once at an endpoint that rejects them. */
    private boolean isRejected() {
        return !pipe.delays() && state.peer().answersWithRst(pipe.freeSpace() > 0);
    }

    private boolean isTerminated() {
        return state.closed || state.outputShutdown || isPeerUnreachable();
    }

    /** True if no byte can reach the peer, and this endpoint knows it. */
    private boolean isPeerUnreachable() {
        return state.isAborted() || (state.local && isRejected());
    }
}
