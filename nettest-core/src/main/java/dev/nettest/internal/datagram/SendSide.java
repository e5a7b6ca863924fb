package dev.nettest.internal.datagram;

import dev.nettest.internal.fault.Effect;
import dev.nettest.internal.fault.FaultEvaluator;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.fault.PendingVerdict;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.sync.Deferred;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.Pollable;
import dev.nettest.internal.sync.Timers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The send buffer of a datagram socket, its send faults and its reordered sends. Guarded by the socket's lock. */
public final class SendSide {

    /** {@code net.core.wmem_default} of Linux. */
    private static final int CAPACITY = 212_992;

    private final Pollable socket;
    private final Timers timers;
    private final ReorderBuffer<Runnable> held = new ReorderBuffer<>();
    private @Nullable PendingVerdict pendingVerdict;

    /** The size of the datagram of the present attempt to send; -1 after a send. */
    private int attempted = -1;

    /** The memory of sent datagrams that have not left the host. */
    private long used;

    SendSide(Pollable socket, Timers timers) {
        this.socket = socket;
        this.timers = timers;
    }

    /**
     * Begins a send of {@code count} bytes. Returns the decision of a fault that blocks or fails it; null if none does.
     */
    @Nullable
    SendVerdict begin(int count) {
        PendingVerdict verdict = pendingVerdict;
        if (verdict == null) {
            return null;
        }
        attempted = count;
        return switch (verdict.effect()) {
            case STALL -> {
                verdict.onBlocked();
                yield SendVerdict.BLOCKED;
            }
            case FAIL -> {
                attempted = -1;
                yield SendVerdict.failed(verdict.failWith(Outcome.FAULT));
            }
            default -> null;
        };
    }

    /** Decides about a datagram of {@code count} bytes that no fault blocks or fails. */
    SendVerdict transmit(int count) {
        if (isFull()) {
            return SendVerdict.BLOCKED;
        }
        List<Runnable> released = held.pass();
        PendingVerdict verdict = pendingVerdict;
        if (verdict == null) {
            return SendVerdict.sent(1, released);
        }
        SendVerdict result = switch (verdict.effect()) {
            case DROP -> SendVerdict.sent(0, released);
            case DUPLICATE ->
                SendVerdict.sent(
                        (int) Math.min(Integer.MAX_VALUE, 1 + verdict.decided().duplicates()), released);
            case REORDER -> SendVerdict.heldFor(verdict.decided().reorderDistance(), released);
            default -> SendVerdict.sent(1, released);
        };
        if (verdict.corrupts()) {
            result = result.corruptedBy(verdict.decided().random());
        }
        attempted = -1;
        verdict.completed(count);
        return result;
    }

    void transmitStarted(int count) {
        used += Datagram.truesize(count);
    }

    void transmitFinished(int count) {
        used -= Datagram.truesize(count);
    }

    /** True if no datagram can be sent. On Linux too, the last one may exceed the buffer. */
    private boolean isFull() {
        return used >= CAPACITY;
    }

    boolean isWritable() {
        return (pendingVerdict == null || pendingVerdict.effect() != Effect.STALL) && !isFull();
    }

    void hold(Runnable delivery, long distance) {
        held.hold(delivery, distance);
    }

    /** Removes and returns the held sends. */
    List<Runnable> drain() {
        return held.drain();
    }

    /** Evaluates every send from now on, if {@code sized} once it is attempted; reevaluates the pending one. */
    public void evaluate(FaultEvaluator evaluator, boolean sized) {
        pendingVerdict = PendingVerdict.reevaluated(pendingVerdict, socket, evaluator, timers)
                .lengthFrom(sized ? () -> attempted : null);
    }

    /** The verdict that acted on the last send; null if none did. */
    public @Nullable Verdict acted() {
        return pendingVerdict == null ? null : pendingVerdict.acted();
    }

    /** The fault that makes the next send wait, if one waits; null if there is none. */
    @Nullable
    InstalledFault heldBy(boolean waits) {
        return waits && pendingVerdict != null ? pendingVerdict.heldBy() : null;
    }

    /** @param isAwaited true if a thread or callback waits to send */
    @Nullable
    Deferred chainIfDue(@Nullable Deferred chain, boolean isAwaited) {
        if (pendingVerdict == null) {
            return chain;
        }
        if (isAwaited) {
            pendingVerdict.onBlocked();
        }
        return pendingVerdict.chainIfDue(chain, true);
    }
}
