package dev.nettest.kernel;

import dev.nettest.kernel.Verdict.Effect;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What an end reads. A read finds, highest first: closed by me; not connected yet; my {@code shutdownInput}; a fault that is due;
 * bytes; the latch; end of stream; nothing yet. Guarded by the connection's monitor.
 */
final class ReadSide {

    private final End end;
    private final Half half;
    private boolean shutdown;

    /** A fault ended the stream. */
    private boolean ended;

    private @Nullable Gate gate;

    ReadSide(End end, Half half) {
        this.end = end;
        this.half = half;
    }

    Half half() {
        return half;
    }

    int read(ByteBuffer target, int delimiter) {
        if (end.isClosed()) {
            return Outcome.CLOSED;
        }
        if (end.isDialling()) {
            return Outcome.NOT_CONNECTED;
        }
        if (shutdown || ended) {
            return Outcome.END_OF_STREAM;
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        Gate now = gate;
        return now == null ? take(target, delimiter, target.remaining()) : readGated(now, target, delimiter);
    }

    private int readGated(Gate now, ByteBuffer target, int delimiter) {
        now.begin();
        Effect effect = now.effect();
        if (effect == Effect.STALL) {
            now.heldUp();
            return Outcome.BLOCKED;
        }
        if (replaces(effect) && !now.isAfterBuffered()) {
            return fail(now, effect);
        }
        int count = take(target, delimiter, now.most(target.remaining()));
        if (count == Outcome.BLOCKED) {
            return replaces(effect) ? fail(now, effect) : Outcome.BLOCKED;
        }
        if (count > 0 && effect == Effect.CORRUPT) {
            flipBit(target, count, now.dice());
        }
        now.completed(Math.max(0, count));
        return count;
    }

    /** The rungs below the faults. */
    private int take(ByteBuffer target, int delimiter, int most) {
        if (half.mark >= 0) {
            half.passMark();
        }
        long arrived = half.arrived();
        if (arrived > 0) {
            int count = (int) Math.min(most, arrived);
            if (half.mark >= 0) {
                count = half.upToMark(count);
            }
            if (delimiter >= 0) {
                long through = half.lengthThrough((byte) delimiter);
                count = through < 0 ? count : (int) Math.min(count, through);
            }
            half.read(target, count);
            half.consumed(count);
            return count;
        }
        boolean finished = half.isFinished();
        int latched = finished && !end.isLocal() ? 0 : end.takeLatchForRead();
        if (latched != 0) {
            return latched;
        }
        return finished || end.isBroken() ? Outcome.END_OF_STREAM : Outcome.BLOCKED;
    }

    private int fail(Gate now, Effect effect) {
        switch (effect) {
            case END -> {
                ended = true;
                return now.act(Outcome.END_OF_STREAM);
            }
            case RESET -> {
                end.abortTold();
                return now.act(Outcome.RESET);
            }
            default -> {
                return now.act(Outcome.FAULT);
            }
        }
    }

    void unread(ByteBuffer bytes) {
        int count = bytes.remaining();
        half.unread(bytes);
        half.read -= count;
        if (gate != null) {
            gate.takenBack(count);
        }
    }

    void shutdown() {
        shutdown = true;
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
        if (couldProceed && end.hasWaiter(Condition.READABLE)) {
            gate.heldUp();
        }
        return gate.chainIfDue(chain, couldProceed);
    }

    /** As {@code poll} says of one byte; of more, whether they are there. */
    boolean isReadable(long amount) {
        if (end.isClosed() || shutdown || ended) {
            return end.isClosed() || amount <= 1;
        }
        if (gate != null) {
            Effect effect = gate.effect();
            if (effect == Effect.STALL) {
                return false;
            }
            if (replaces(effect) && !gate.isAfterBuffered()) {
                return amount <= 1 || half.arrived() >= amount;
            }
            if (replaces(effect) && amount <= 1) {
                return true;
            }
        }
        return (half.arrived() >= amount && half.hasBytes()) || (amount <= 1 && canProceed());
    }

    boolean isAtEnd() {
        return ended || (half.isFinished() && !half.hasBytes() && !end.isClosed());
    }

    /** Whether no more bytes will come. */
    boolean isOver() {
        return shutdown || ended || half.isFinished() || end.isBroken();
    }

    private boolean canProceed() {
        return end.isClosed() || half.hasBytes() || isOver();
    }

    private static boolean replaces(Effect effect) {
        return effect == Effect.FAIL || effect == Effect.RESET || effect == Effect.END;
    }

    private static void flipBit(ByteBuffer target, int count, long dice) {
        int place = target.position() - 1 - (int) Math.floorMod(dice >> 3, (long) count);
        target.put(place, (byte) (target.get(place) ^ (1 << (dice & 7))));
    }
}
