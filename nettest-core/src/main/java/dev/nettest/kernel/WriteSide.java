package dev.nettest.kernel;

import dev.nettest.kernel.Verdict.Effect;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What an end writes. A write finds, highest first: closed by me; as a channel, my {@code shutdownOutput}; not connected yet; a
 * fault that is due; the latch; as a socket, my {@code shutdownOutput}; a broken pipe; no room. Over a Unix path a broken pipe comes
 * before the latch, but for a write that has waited for room.
 *
 * <p>A write that must wait for room keeps its turn, so that another one's bytes do not get in between. Guarded by the
 * connection's monitor.
 */
final class WriteSide {

    private final End end;
    private final Half half;
    private boolean shutdown;
    private @Nullable Gate gate;

    /** Who writes and is not done: others wait for their turn. */
    private @Nullable Object writer;

    /** The count of bytes written at which the operation whose turn it is began. */
    private long turnStart;

    /** In a rendezvous the count of bytes read at which the present write is done; -1 otherwise. */
    private long rendezvous = -1;

    WriteSide(End end, Half half) {
        this.end = end;
        this.half = half;
    }

    Half half() {
        return half;
    }

    int write(ByteBuffer source) {
        if (end.isClosed()) {
            return Outcome.CLOSED;
        }
        if (shutdown) {
            return Outcome.OUTPUT_SHUTDOWN;
        }
        if (!source.hasRemaining()) {
            return 0;
        }
        if (writer != null) {
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
        if (gate != null) {
            gate.completed(count);
        }
        return count;
    }

    /** As a socket's write of one byte that is urgent and does not wait for room: 1, 0 where there is none, or an {@link Outcome}. */
    int writeUrgent(ByteBuffer source) {
        if (end.isClosed()) {
            return Outcome.CLOSED;
        }
        if (writer != null && !shutdown) {
            return Outcome.BLOCKED;
        }
        int refusal = refusal(false);
        if (refusal != 0) {
            return refusal;
        }
        if (half.room() > 0 && !isRefused()) {
            half.markUrgent();
        }
        int count = move(source);
        if (count > 0 && gate != null) {
            gate.completed(count);
        }
        return count;
    }

    boolean fits(int count) {
        return gate == null
                && writer == null
                && half.capacity != 0
                && half.room() >= count
                && !isOver()
                && !end.isDialling()
                && !isRefused();
    }

    int writeAll(ByteBuffer source, Object token, boolean asChannel) {
        boolean started = writer == token;
        if (started && isMet()) {
            return endOperation();
        }
        if (started && asChannel && isOver() && fallsShort(source)) {
            if (end.isLocal()) {
                end.takeLatchForWrite(); // the wait for room met it, though the count is what is told
            }
            return endOperation();
        }
        if (writer == null) {
            turnStart = half.written;
        }
        if (end.isClosed()) {
            return Outcome.CLOSED;
        }
        if (shutdown && asChannel) {
            return Outcome.OUTPUT_SHUTDOWN;
        }
        if (!source.hasRemaining() && !started) {
            return 0;
        }
        if (writer != null && !started && !shutdown) {
            return Outcome.BLOCKED;
        }
        int refusal = refusal(started);
        if (refusal != 0) {
            return refusal;
        }
        return rendezvous >= 0 ? Outcome.BLOCKED : moveOn(source, token);
    }

    private int moveOn(ByteBuffer source, Object token) {
        while (true) {
            int count = move(source);
            if (gate != null) {
                gate.moved(count);
            }
            if (!source.hasRemaining()) {
                break;
            }
            writer = token;
            boolean inSlices = gate != null && gate.effect() == Effect.SLICE;
            if (count == 0 || !inSlices || half.room() <= 0) {
                return Outcome.BLOCKED;
            }
        }
        if (half.capacity == 0 && half.acknowledged() < half.written && !end.isBroken()) {
            writer = token;
            rendezvous = half.written;
            return Outcome.BLOCKED;
        }
        return endOperation();
    }

    int endTurn(Object token) {
        if (writer != token) {
            return 0;
        }
        long undelivered = undelivered();
        takeBack(undelivered);
        writer = null;
        rendezvous = -1;
        return (int) undelivered;
    }

    /**
     * Whether an operation of which the rest can never move has got something through; what is in the queue of a rendezvous
     * has not, and goes back.
     */
    private boolean fallsShort(ByteBuffer source) {
        long undelivered = undelivered();
        if (half.written - turnStart <= undelivered) {
            return false;
        }
        takeBack(undelivered);
        source.position(source.position() - (int) undelivered);
        return true;
    }

    /** Bytes of the present operation that a rendezvous holds and nobody has read. */
    private long undelivered() {
        return rendezvous < 0 ? 0 : Math.max(0, rendezvous - half.read);
    }

    private void takeBack(long count) {
        if (count > 0) {
            half.withdraw(Math.min(count, half.size()));
            half.written -= count;
        }
    }

    boolean hasTurn(Object token) {
        return writer == token;
    }

    private int endOperation() {
        writer = null;
        rendezvous = -1;
        if (gate != null) {
            gate.completed(0);
        }
        return 0;
    }

    /**
     * What keeps this end from writing for good, or a fault that is due; 0 for nothing.
     *
     * @param waiting whether the operation has waited for room, and not only for its turn
     */
    private int refusal(boolean waiting) {
        if (end.isDialling()) {
            return Outcome.NOT_CONNECTED;
        }
        int faulted = gate == null || shutdown ? 0 : faulted(gate);
        if (faulted != 0) {
            return faulted;
        }
        if (end.isLocal() && !waiting && isDead()) {
            return Outcome.BROKEN_PIPE;
        }
        int latched = end.takeLatchForWrite();
        if (latched != 0) {
            return latched;
        }
        if (shutdown) {
            return Outcome.OUTPUT_SHUTDOWN;
        }
        return isDead() ? Outcome.BROKEN_PIPE : 0;
    }

    private int faulted(Gate now) {
        now.begin();
        switch (now.effect()) {
            case STALL -> {
                now.heldUp();
                return Outcome.BLOCKED;
            }
            case FAIL -> {
                return now.act(Outcome.FAULT);
            }
            case RESET -> {
                end.abortTold();
                return now.act(Outcome.RESET_BY_PEER);
            }
            default -> {
                return 0;
            }
        }
    }

    /** Moves what there is room for; the first bytes to a closed peer are taken, lost, and answered with an RST. */
    private int move(ByteBuffer source) {
        int wanted = source.remaining();
        int most = gate == null ? wanted : gate.most(wanted);
        if (isRefused()) {
            source.position(source.position() + most);
            half.written += most;
            end.resetBothWays();
            return most;
        }
        int count = (int) Math.min(most, Math.max(0, half.room()));
        if (count > 0) {
            half.write(source, count);
            if (gate != null && gate.effect() == Effect.CORRUPT) {
                long dice = gate.dice();
                half.flipBit(Math.floorMod(dice >> 3, (long) count), (int) (dice & 7));
            }
            half.sent(count); // and perhaps refused at once, and gone
        }
        return count;
    }

    /** Half close: FIN. */
    void shutdown() {
        shutdown = true;
        finish();
    }

    /** FIN, which does not go out after a reset. */
    void finish() {
        if (!end.isBroken()) {
            half.sendFin();
        }
    }

    boolean isShutdown() {
        return shutdown;
    }

    void judge(Judge judge, Timers timers) {
        gate = Gate.renewed(gate, end, judge, timers);
    }

    @Nullable
    Verdict acted() {
        return gate == null ? null : gate.acted();
    }

    @Nullable
    Gate chainIfDue(@Nullable Gate chain) {
        if (gate == null) {
            return chain;
        }
        boolean couldProceed = canProceed();
        if (couldProceed && end.hasWaiter(Condition.WRITABLE | Condition.ROOM)) {
            gate.heldUp();
        }
        return gate.chainIfDue(chain, couldProceed);
    }

    /** Whether somebody without the turn could write, or fail, at once. */
    boolean isWritable() {
        return end.isClosed() || shutdown || (writer == null && isDue(canProceed()));
    }

    /** Whether the writer whose turn it is can go on. */
    boolean hasRoom() {
        return end.isClosed() || shutdown || isMet() || isDue(rendezvous >= 0 ? isDead() : canProceed());
    }

    boolean isBlocked(boolean somebodyWaits) {
        return writer == null ? somebodyWaits && !isWritable() : !hasRoom();
    }

    private boolean isMet() {
        return rendezvous >= 0 && (half.acknowledged() >= rendezvous || half.capacity != 0);
    }

    /** Whether a write that could proceed, or not, is let by the fault that stands before it, or fails by it. */
    private boolean isDue(boolean couldProceed) {
        Effect effect = gate == null ? Effect.PASS : gate.effect();
        return effect != Effect.STALL && (effect == Effect.FAIL || effect == Effect.RESET || couldProceed);
    }

    private boolean canProceed() {
        return isOver() || isRefused() || half.room() > 0;
    }

    /** Whether bytes would come to an end that refuses them. */
    private boolean isRefused() {
        return end.peer().refusesBytes() && !half.delays();
    }

    private boolean isOver() {
        return end.isClosed() || shutdown || isDead();
    }

    /** Whether no byte gets to the peer any more, and this end knows. */
    private boolean isDead() {
        return end.isBroken() || (end.isLocal() && isRefused());
    }
}
