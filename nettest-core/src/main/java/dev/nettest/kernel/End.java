package dev.nettest.kernel;

import dev.nettest.kernel.Verdict.Effect;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a stream: the half it reads, the half it writes, and one error latch. Its peer is the same two halves, swapped.
 * It answers whether an operation can proceed and carries it out; waiting is somebody else's.
 *
 * <p>A read finds, highest first: closed by me; my {@code shutdownInput}; a fault that is due; bytes; the latch; end of
 * stream; nothing yet. A write finds: closed by me; a fault that is due; the latch; a broken pipe, which my own
 * {@code shutdownOutput} is too; no room. This is the order of Linux; a channel looks at its own {@code shutdownOutput} before
 * it asks.
 *
 * <p>The latch is the kernel's {@code sk_err}: an RST sets it, and whichever operation comes first takes it. Only that one
 * says "reset"; after it writes find a broken pipe and reads the end of the stream. An RST that follows a FIN leaves the
 * reader its end of stream and gives a writer the broken pipe at once.
 *
 * <p>Methods expect the {@link #lock()} held, unless they say otherwise.
 */
public final class End extends Pollable {

    /** A receive buffer without bound. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private enum Latch {
        NONE,
        RESET,
        PIPE
    }

    private final Half in;
    private final Half out;
    private @Nullable End peer;

    private boolean dialling;
    private boolean closed;
    private boolean inputShutdown;
    private boolean outputShutdown;
    private boolean ended;
    private boolean broken;
    private Latch latch = Latch.NONE;

    /** Who writes and is not done: others wait for their turn. */
    private @Nullable Object writer;

    /** Whether the operation whose turn it is has moved anything. */
    private boolean turnMoved;

    /** In a rendezvous the count of bytes read at which the present write is done; -1 otherwise. */
    private long rendezvous = -1;

    private @Nullable Gate readGate;
    private @Nullable Gate writeGate;

    private End(Monitor monitor, Half in, Half out) {
        super(monitor);
        this.in = in;
        this.out = out;
    }

    /** Two new ends, connected: the one returned and its {@link #peer()}. */
    public static End pair(SegmentPool pool, int capacity, int peerCapacity) {
        Monitor monitor = new Monitor();
        Half toFirst = new Half(pool, capacity);
        Half toSecond = new Half(pool, peerCapacity);
        End first = new End(monitor, toFirst, toSecond);
        End second = new End(monitor, toSecond, toFirst);
        first.peer = second;
        second.peer = first;
        return first;
    }

    public End peer() {
        if (peer == null) {
            throw new AssertionError("an end is made with its peer");
        }
        return peer;
    }

    public void lock() {
        monitor.lock();
    }

    /** Unlocks and wakes those who can proceed. */
    public void leave() {
        monitor.leave();
    }

    // ---- reading

    /**
     * Moves queued bytes to {@code target}, at most through the first {@code delimiter} where that is not negative.
     *
     * @return how many, or an {@link Outcome}
     */
    public int read(ByteBuffer target, int delimiter) {
        if (closed) {
            return Outcome.CLOSED;
        }
        if (dialling) {
            return Outcome.NOT_CONNECTED;
        }
        if (inputShutdown || ended) {
            return Outcome.END_OF_STREAM;
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        Gate gate = readGate;
        if (gate == null) {
            return readUngated(target, delimiter, target.remaining());
        }
        gate.begin();
        Effect effect = gate.effect();
        if (effect == Effect.STALL) {
            gate.attemptHeldUp();
            return Outcome.BLOCKED;
        }
        if (replaces(effect) && !gate.isAfterBuffered()) {
            return failRead(gate, effect);
        }
        int count = readUngated(target, delimiter, gate.most(target.remaining()));
        if (count == Outcome.BLOCKED) {
            return replaces(effect) ? failRead(gate, effect) : Outcome.BLOCKED;
        }
        if (count > 0 && effect == Effect.CORRUPT) {
            flipBit(target, count, gate.dice());
        }
        gate.completed(Math.max(0, count));
        return count;
    }

    private int readUngated(ByteBuffer target, int delimiter, int most) {
        if (!in.queue.isEmpty()) {
            int count = (int) Math.min(most, in.queue.size());
            if (delimiter >= 0) {
                long through = in.queue.lengthThrough((byte) delimiter);
                count = through < 0 ? count : (int) Math.min(count, through);
            }
            in.queue.read(target, count);
            in.read += count;
            return count;
        }
        if (in.finished) {
            return Outcome.END_OF_STREAM;
        }
        if (latch == Latch.RESET) {
            latch = Latch.NONE;
            return Outcome.RESET;
        }
        return broken ? Outcome.END_OF_STREAM : Outcome.BLOCKED;
    }

    private int failRead(Gate gate, Effect effect) {
        switch (effect) {
            case END -> {
                ended = true;
                return gate.act(Outcome.END_OF_STREAM);
            }
            case RESET -> {
                abort();
                latch = Latch.NONE;
                return gate.act(Outcome.RESET);
            }
            default -> {
                return gate.act(Outcome.FAULT);
            }
        }
    }

    /** Puts bytes that were read, and not used, back in front of those that are queued. */
    public void unread(ByteBuffer bytes) {
        int count = bytes.remaining();
        if (closed || count == 0) {
            return;
        }
        in.queue.unread(bytes);
        in.read -= count;
        if (readGate != null) {
            readGate.takenBack(count);
        }
    }

    // ---- writing

    /**
     * Moves as much of {@code source} as there is room for, as one operation.
     *
     * @return how many bytes, or an {@link Outcome}
     */
    public int write(ByteBuffer source) {
        if (closed) {
            return Outcome.CLOSED;
        }
        if (!source.hasRemaining()) {
            return 0;
        }
        if (writer != null) {
            return Outcome.BLOCKED;
        }
        int refusal = refusal();
        if (refusal != 0) {
            return refusal;
        }
        int count = move(source);
        if (count == 0) {
            return Outcome.BLOCKED;
        }
        if (writeGate != null) {
            writeGate.completed(count);
        }
        return count;
    }

    /**
     * Moves {@code source} on towards the peer, as a part of one operation that is done when all of it is moved, and in a
     * rendezvous read. Holds the turn of {@code token} until then; {@link #endTurn} gives it up earlier.
     *
     * @param mayFallShort whether an operation that has moved something ends with that where the rest can never move, as
     *     a blocking channel's does, and leaves the reason to the next one; otherwise it fails, as a socket's
     * @return 0 when done, {@link Outcome#BLOCKED} when it is to be called again once there is {@link Condition#ROOM} (or
     *     {@link Condition#WRITABLE} where it is another's turn), or another {@link Outcome}
     */
    public int writeAll(ByteBuffer source, Object token, boolean mayFallShort) {
        boolean started = writer == token;
        if (started && (isMet() || (mayFallShort && turnMoved && isOver()))) {
            return endOperation();
        }
        if (closed) {
            return Outcome.CLOSED;
        }
        if (!source.hasRemaining() && !started) {
            return 0;
        }
        if (writer != null && !started) {
            return Outcome.BLOCKED;
        }
        int refusal = refusal();
        if (refusal != 0) {
            return refusal;
        }
        if (rendezvous >= 0) {
            return Outcome.BLOCKED;
        }
        return moveOn(source, token);
    }

    private int moveOn(ByteBuffer source, Object token) {
        int count = move(source);
        turnMoved = (turnMoved && writer == token) || count > 0;
        if (writeGate != null) {
            writeGate.moved(count);
        }
        if (source.hasRemaining()) {
            writer = token;
            boolean goOn = count > 0 && writeGate != null && writeGate.effect() == Effect.SLICE && out.room() > 0;
            return goOn ? moveOn(source, token) : Outcome.BLOCKED;
        }
        if (out.capacity == 0 && !out.isDrained() && !broken) {
            writer = token;
            rendezvous = out.written;
            return Outcome.BLOCKED;
        }
        return endOperation();
    }

    /**
     * Gives up the turn of {@code token}, if it has it, and withdraws what a rendezvous has not delivered.
     *
     * @return how many bytes were withdrawn
     */
    public int endTurn(Object token) {
        if (writer != token) {
            return 0;
        }
        long unread = rendezvous < 0 || out.queue.isEmpty() ? 0 : rendezvous - out.read;
        if (unread > 0) {
            out.queue.withdraw(unread);
            out.written -= unread;
        }
        writer = null;
        rendezvous = -1;
        return (int) unread;
    }

    /** Whether it is the turn of {@code token} to write, so that it waits for room and not for its turn. */
    public boolean hasTurn(Object token) {
        return writer == token;
    }

    private boolean isMet() {
        return rendezvous >= 0 && (out.read >= rendezvous || out.capacity != 0);
    }

    private boolean isOver() {
        return closed || outputShutdown || broken;
    }

    private int endOperation() {
        writer = null;
        rendezvous = -1;
        if (writeGate != null) {
            writeGate.completed(0);
        }
        return 0;
    }

    /** What keeps this end from writing for good, or a fault that is due; 0 for nothing. */
    private int refusal() {
        if (dialling) {
            return Outcome.NOT_CONNECTED;
        }
        Gate gate = writeGate;
        if (gate != null) {
            gate.begin();
            Effect effect = gate.effect();
            if (effect == Effect.STALL) {
                gate.attemptHeldUp();
                return Outcome.BLOCKED;
            }
            if (effect == Effect.FAIL) {
                return gate.act(Outcome.FAULT);
            }
            if (effect == Effect.RESET) {
                abort();
                latch = Latch.NONE;
                return gate.act(Outcome.RESET_BY_PEER);
            }
        }
        if (latch != Latch.NONE) {
            boolean reset = latch == Latch.RESET;
            latch = Latch.NONE;
            return reset ? Outcome.RESET_BY_PEER : Outcome.BROKEN_PIPE;
        }
        return broken || outputShutdown ? Outcome.BROKEN_PIPE : 0;
    }

    /** Moves what there is room for; the first bytes to a closed peer are taken, lost, and answered with an RST. */
    private int move(ByteBuffer source) {
        int wanted = source.remaining();
        int most = writeGate == null ? wanted : writeGate.most(wanted);
        if (peer().refusesBytes()) {
            source.position(source.position() + most);
            receiveReset();
            peer().receiveReset();
            return most;
        }
        int count = (int) Math.min(most, Math.max(0, out.room()));
        if (count > 0) {
            out.queue.write(source, count);
            out.written += count;
            if (writeGate != null && writeGate.effect() == Effect.CORRUPT) {
                long dice = writeGate.dice();
                out.queue.flipBit(Math.floorMod(dice >> 3, (long) count), (int) (dice & 7));
            }
        }
        return count;
    }

    /** Whether bytes that arrive here are answered with an RST: nobody is left to read them, or to answer. */
    private boolean refusesBytes() {
        return closed || (inputShutdown && outputShutdown);
    }

    // ---- ending

    /** Half close: FIN. */
    public void shutdownOutput() {
        outputShutdown = true;
        out.finished = true;
    }

    /** Reads give end of stream from here on; what is queued stays unread. */
    public void shutdownInput() {
        inputShutdown = true;
    }

    /** How a close tells the peer. */
    public enum Closing {
        /** FIN, or RST where something is unread: {@code SocketChannel.close()}. */
        CHANNEL,
        /** FIN, followed by RST where something is unread: {@code Socket.close()}. */
        SOCKET,
        /** RST: linger of zero. */
        ABORT
    }

    /**
     * Closes this end, at first for itself only.
     *
     * @return whether bytes were left unread, to be handed to {@link #announceClose}
     */
    public boolean close() {
        closed = true;
        boolean unread = !in.queue.isEmpty();
        in.queue.clear();
        return unread;
    }

    /** Tells the peer, who may be closed too. */
    public void announceClose(Closing closing, boolean unread) {
        boolean reset = closing == Closing.ABORT || (closing == Closing.CHANNEL && unread);
        if (!reset) {
            out.finished = true;
        }
        if (reset || unread) {
            peer().receiveReset();
        }
    }

    /** An RST each way; what was on its way to this end is gone. */
    public void abort() {
        in.queue.clear();
        receiveReset();
        peer().receiveReset();
    }

    private void receiveReset() {
        if (!broken && !closed) {
            latch = in.finished ? Latch.PIPE : Latch.RESET;
        }
        broken = true;
    }

    // ---- faults

    /** Has every read from here on judged by {@code judge}; asks it anew where it is there already. */
    public void judgeReads(Judge judge, Timers timers) {
        monitor.gated = true;
        readGate = renewed(readGate, judge, timers);
    }

    /** Has every write from here on judged by {@code judge}; asks it anew where it is there already. */
    public void judgeWrites(Judge judge, Timers timers) {
        monitor.gated = true;
        writeGate = renewed(writeGate, judge, timers);
    }

    private Gate renewed(@Nullable Gate gate, Judge judge, Timers timers) {
        if (gate == null) {
            return new Gate(this, judge, timers);
        }
        gate.invalidate();
        return gate;
    }

    /** The verdict that the last read, or write, ran into; null for none. */
    public @Nullable Verdict actedOnRead() {
        return readGate == null ? null : readGate.acted();
    }

    public @Nullable Verdict actedOnWrite() {
        return writeGate == null ? null : writeGate.acted();
    }

    @Override
    @Nullable Gate collectWork(@Nullable Gate chain) {
        Gate withRead = readGate == null ? chain : readGate.chainIfDue(chain, canRead());
        return writeGate == null ? withRead : writeGate.chainIfDue(withRead, canWrite());
    }

    private static boolean replaces(Effect effect) {
        return effect == Effect.FAIL || effect == Effect.RESET || effect == Effect.END;
    }

    private static void flipBit(ByteBuffer target, int count, long dice) {
        int place = target.position() - 1 - (int) Math.floorMod(dice >> 3, (long) count);
        target.put(place, (byte) (target.get(place) ^ (1 << (dice & 7))));
    }

    // ---- conditions

    @Override
    boolean holds(int condition, long amount) {
        return switch (condition) {
            case Condition.READABLE -> isReadable(amount);
            case Condition.WRITABLE -> isOver() || (writer == null && isWriteDue());
            case Condition.ROOM -> isOver() || (rendezvous >= 0 ? isMet() : isWriteDue());
            case Condition.CLOSED -> closed;
            case Condition.PEER_CLOSED -> peer().closed || broken;
            case Condition.END_OF_STREAM -> ended || (in.finished && in.queue.isEmpty() && !closed);
            case Condition.DRAINED -> out.isDrained();
            case Condition.WRITE_BLOCKED -> isWriteBlocked();
            case Condition.CONNECTED -> !dialling || closed;
            default -> false;
        };
    }

    @Override
    boolean isHopeless(int condition, long amount) {
        return switch (condition) {
            case Condition.READABLE -> closed || (amount > 1 && isReadOver());
            case Condition.END_OF_STREAM -> closed || (broken && !in.finished);
            case Condition.DRAINED -> peer().closed || broken;
            case Condition.WRITABLE, Condition.WRITE_BLOCKED -> closed;
            default -> false;
        };
    }

    private boolean isReadable(long amount) {
        if (closed || inputShutdown || ended) {
            return closed || amount <= 1;
        }
        if (readGate != null) {
            Effect effect = readGate.effect();
            if (effect == Effect.STALL) {
                return false;
            }
            if (replaces(effect)) {
                return amount <= 1 || in.queue.size() >= amount;
            }
        }
        return in.queue.size() >= amount && !in.queue.isEmpty() || (amount <= 1 && canRead());
    }

    private boolean isReadOver() {
        return inputShutdown || ended || in.finished || broken;
    }

    private boolean canRead() {
        return closed || !in.queue.isEmpty() || isReadOver();
    }

    private boolean canWrite() {
        return isOver() || peer().refusesBytes() || out.room() > 0;
    }

    private boolean isWriteDue() {
        Effect effect = writeGate == null ? Effect.PASS : writeGate.effect();
        return effect != Effect.STALL && (effect == Effect.FAIL || effect == Effect.RESET || canWrite());
    }

    private boolean isWriteBlocked() {
        boolean waits = writer != null || hasWaiter(Condition.WRITABLE);
        return waits && !holds(writer == null ? Condition.WRITABLE : Condition.ROOM, 1);
    }

    // ---- dialling

    /** Has this end wait for its handshake; its peer is queued, or not, by somebody else. */
    public void beginDial() {
        dialling = true;
    }

    /** The handshake is done, or has failed. */
    public void endDial() {
        dialling = false;
    }

    /** Needs no lock to be seen by the thread that dials. */
    public boolean isDialling() {
        return dialling;
    }

    // ---- looking

    public boolean isClosed() {
        return closed;
    }

    public boolean isInputShutdown() {
        return inputShutdown;
    }

    public boolean isOutputShutdown() {
        return outputShutdown;
    }

    /** Bytes that wait to be read here. */
    public long queued() {
        return in.queue.size();
    }

    public long bytesRead() {
        return in.read;
    }

    public long bytesWritten() {
        return out.written;
    }

    /** The size of the buffer that this end reads from. */
    public int receiveBufferSize() {
        return in.capacity;
    }

    public void receiveBufferSize(int capacity) {
        in.capacity = capacity;
    }

    /** The name that {@code netstat} would give this end's state. */
    public String state() {
        if (closed) {
            return "CLOSED";
        }
        if (broken) {
            return "RESET";
        }
        if (outputShutdown) {
            return in.finished ? "LAST_ACK" : "FIN_WAIT";
        }
        return in.finished ? "CLOSE_WAIT" : "ESTABLISHED";
    }
}
