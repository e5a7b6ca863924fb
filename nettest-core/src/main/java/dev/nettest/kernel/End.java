package dev.nettest.kernel;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a stream: the half it reads, the half it writes, and one error latch. Its peer is the same two halves, swapped.
 * It answers whether an operation can proceed and carries it out; waiting is somebody else's.
 *
 * <p>The latch is the kernel's {@code sk_err}: an RST sets it, and whichever operation comes first takes it. Only that one
 * says "reset"; after it writes find a broken pipe and reads the end of the stream. An RST that follows a FIN leaves the
 * reader its end of stream and gives a writer the broken pipe at once.
 *
 * <p>Where both ends are {@linkplain #isLocal() of one kernel} there is no packet to find things out by. A writer whose bytes nobody would
 * read finds a broken pipe at once, and leaves the latch to the reader; only one that was waiting for room takes it. The latch says
 * "reset" whether a FIN came first or not.
 *
 * <p>Methods expect the {@link #lock()} held, unless they say otherwise.
 */
public final class End extends Pollable {

    /** A receive buffer without bound. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private enum Latch {
        NONE,
        RESET,
        PIPE,
        TIMED_OUT
    }

    private final ReadSide in;
    private final WriteSide out;

    /** Both ends are sockets of one kernel, as over a Unix path: what one does, the other knows at once. */
    private final boolean local;

    private @Nullable End peer;
    private volatile boolean dialling;
    private boolean closed;
    private boolean broken;

    /** It gave up, and the peer knows nothing of that. */
    private boolean gone;

    private Latch latch = Latch.NONE;

    private End(Monitor monitor, Half in, Half out, boolean local) {
        super(monitor);
        this.in = new ReadSide(this, in);
        this.out = new WriteSide(this, out);
        this.local = local;
    }

    /** Two new ends, connected: the one returned and its {@link #peer()}. */
    public static End pair(SegmentPool pool, int capacity, int peerCapacity) {
        return pair(pool, capacity, peerCapacity, false);
    }

    /** As {@link #pair(SegmentPool, int, int)}; over a Unix path where {@code local}. */
    public static End pair(SegmentPool pool, int capacity, int peerCapacity, boolean local) {
        Monitor monitor = new Monitor();
        Half toFirst = new Half(pool, capacity);
        Half toSecond = new Half(pool, peerCapacity);
        End first = new End(monitor, toFirst, toSecond, local);
        End second = new End(monitor, toSecond, toFirst, local);
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

    // ---- transferring

    /**
     * Moves queued bytes to {@code target}, at most through the first {@code delimiter} where that is not negative.
     *
     * @return how many, or an {@link Outcome}
     */
    public int read(ByteBuffer target, int delimiter) {
        return in.read(target, delimiter);
    }

    /** Puts bytes that were read, and not used, back in front of those that are queued. */
    public void unread(ByteBuffer bytes) {
        if (!closed && bytes.hasRemaining()) {
            in.unread(bytes);
        }
    }

    /**
     * Moves as much of {@code source} as there is room for, as one operation of a channel.
     *
     * @return how many bytes, or an {@link Outcome}
     */
    public int write(ByteBuffer source) {
        return out.write(source);
    }

    /**
     * Moves the one byte of {@code source} as urgent data, as an operation of a socket.
     *
     * @return 1, 0 where there is no room, or an {@link Outcome}; {@link Outcome#BLOCKED} while another's write goes on
     */
    public int writeUrgent(ByteBuffer source) {
        return out.writeUrgent(source);
    }

    /** Whether urgent bytes that come here are read as any others. */
    public void urgentInline(boolean inline) {
        in.half().urgentInline = inline;
    }

    /** Whether a write of so many bytes meets nothing that could hold it up, change it or make it fail. */
    public boolean fits(int count) {
        return out.fits(count);
    }

    /**
     * Moves {@code source} on towards the peer, as a part of one operation that is done when all of it is moved, and in a
     * rendezvous read. Holds the turn of {@code token} until then; {@link #endTurn} gives it up earlier.
     *
     * @param asChannel whether it behaves as a blocking channel's: an operation that has moved something, of which the rest can
     *     never move, ends with that and leaves the reason to the next one. A socket's fails
     * @return 0 when done, {@link Outcome#BLOCKED} when it is to be called again once there is {@link Condition#ROOM} (or
     *     {@link Condition#WRITABLE} where it is another's turn), or another {@link Outcome}
     */
    public int writeAll(ByteBuffer source, Object token, boolean asChannel) {
        return out.writeAll(source, token, asChannel);
    }

    /**
     * Gives up the turn of {@code token}, if it has it, and withdraws what a rendezvous has not delivered.
     *
     * @return how many bytes were withdrawn
     */
    public int endTurn(Object token) {
        return out.endTurn(token);
    }

    /** Whether it is the turn of {@code token} to write, so that it waits for room and not for its turn. */
    public boolean hasTurn(Object token) {
        return out.hasTurn(token);
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

    /** Any thread may ask, without the lock. */
    public boolean isDialling() {
        return dialling;
    }

    // ---- ending

    /** Half close: FIN. */
    public void shutdownOutput() {
        out.shutdown();
    }

    /** Reads give end of stream from here on; what is queued stays unread. */
    public void shutdownInput() {
        in.shutdown();
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
        return in.half().abandon();
    }

    /** Tells the peer, who may be closed too; not where it has not heard of this end yet. */
    public void announceClose(Closing closing, boolean unread) {
        if (dialling) {
            return;
        }
        boolean reset = closing == Closing.ABORT || (unread && (local || closing == Closing.CHANNEL));
        if (!reset) {
            out.finish();
        }
        if (reset || unread) {
            sendReset();
        }
    }

    /** An RST each way; what is queued for this end is gone. */
    public void abort() {
        in.half().clear();
        resetBothWays();
    }

    /** The same, told to this end's owner already, so that the latch has nothing more to say. */
    void abortTold() {
        abort();
        latch = Latch.NONE;
    }

    void resetBothWays() {
        receiveReset();
        sendReset();
    }

    private void sendReset() {
        Transit way = out.half().transit();
        if (way == null) {
            peer().receiveReset();
        } else {
            way.sendReset();
        }
    }

    /** Bytes arrived that were under way. */
    void receiveBytes() {
        if (refusesBytes()) {
            in.half().clear();
            resetBothWays();
        } else if (broken) {
            in.half().clear(); // it was reset from here
        }
    }

    /** Nothing that was sent from here was acknowledged, for so long that the connection is given up. */
    void receiveTimeout() {
        if (!broken && !closed) {
            latch = Latch.TIMED_OUT;
        }
        broken = true;
        gone = true;
    }

    void receiveReset() {
        if (!broken && !closed) {
            latch = in.half().isFinished() && !local ? Latch.PIPE : Latch.RESET;
        }
        broken = true;
    }

    /** A read takes the latch, unless it is one for writes: an {@link Outcome}, or 0 where there is none. */
    int takeLatchForRead() {
        if (latch == Latch.NONE || latch == Latch.PIPE) {
            return 0;
        }
        int taken = latch == Latch.RESET ? Outcome.RESET : Outcome.TIMED_OUT;
        latch = Latch.NONE;
        return taken;
    }

    /** A write takes the latch: an {@link Outcome}, or 0 where it was not set. */
    int takeLatchForWrite() {
        Latch taken = latch;
        latch = Latch.NONE;
        return switch (taken) {
            case RESET -> Outcome.RESET_BY_PEER;
            case PIPE -> Outcome.BROKEN_PIPE;
            case TIMED_OUT -> Outcome.TIMED_OUT;
            case NONE -> 0;
        };
    }

    /** Whether an RST came or went: no more bytes will, either way. */
    public boolean isBroken() {
        return broken;
    }

    /** Whether bytes that arrive here are refused, as nobody is left to read them or, by TCP, to answer: by TCP with an RST. */
    boolean refusesBytes() {
        return closed || gone || (in.isShutdown() && (local || out.isShutdown()));
    }

    /** Whether this end and its peer are sockets of one kernel. */
    public boolean isLocal() {
        return local;
    }

    // ---- the way here

    /**
     * Withholds what is sent to this end from now on: bytes, FIN, RST and word of what the peer has read. The writer finds room as long as
     * there is some.
     *
     * @param everything whether what has arrived, and was not read, is withheld too
     */
    public void hold(boolean everything, Timers timers) {
        in.half().transit(this, timers).hold(everything);
        out.half().transit(peer(), timers).holdAcknowledgements(true);
    }

    /** Lets what was withheld come to this end. Where it was closed meanwhile, bytes are answered with an RST. */
    public void release() {
        Transit here = in.half().transit();
        Transit back = out.half().transit();
        if (here != null) {
            here.release();
        }
        if (back != null) {
            back.holdAcknowledgements(false);
        }
    }

    /**
     * What is sent to this end takes this way from now on; null where it takes no time.
     *
     * @param back the way that acknowledgements take from here
     * @param changed whether the way is another one than before
     */
    public void route(@Nullable Route here, @Nullable Route back, boolean changed, Timers timers) {
        if (here != null || back != null || in.half().transit() != null) {
            in.half().transit(this, timers).route(here, back, changed);
        }
    }

    /** Closes this end without a word to the peer, and has what either sends from then on withheld. */
    public void vanish(Timers timers) {
        hold(false, timers);
        peer().hold(false, timers);
        close();
        out.half().lose();
    }

    @Override
    @Nullable
    Transit unsettled() {
        Transit here = in.half().transit();
        return here != null && here.claimsSettling() ? here : null;
    }

    // ---- faults

    /** Has every read from here on judged by {@code judge}; asks it anew where it is there already. */
    public void judgeReads(Judge judge, Timers timers) {
        in.judge(judge, timers);
    }

    /** Has every write from here on judged by {@code judge}; asks it anew where it is there already. */
    public void judgeWrites(Judge judge, Timers timers) {
        out.judge(judge, timers);
    }

    /** The verdict that the last read ran into; null for none. */
    public @Nullable Verdict actedOnRead() {
        return in.acted();
    }

    /** The verdict that the last write ran into; null for none. */
    public @Nullable Verdict actedOnWrite() {
        return out.acted();
    }

    @Override
    @Nullable
    Gate collectWork(@Nullable Gate chain) {
        return out.chainIfDue(in.chainIfDue(chain));
    }

    // ---- conditions

    @Override
    boolean holds(int condition, long amount) {
        return switch (condition) {
            case Condition.READABLE -> in.isReadable(amount);
            case Condition.WRITABLE -> out.isWritable();
            case Condition.ROOM -> out.hasRoom();
            case Condition.CLOSED -> closed;
            case Condition.PEER_CLOSED -> peer().closed || broken;
            case Condition.END_OF_STREAM -> in.isAtEnd();
            case Condition.DRAINED -> out.half().isDrained();
            case Condition.WRITE_BLOCKED -> out.isBlocked(hasWaiter(Condition.WRITABLE));
            case Condition.CONNECTED -> !dialling || closed;
            default -> false;
        };
    }

    @Override
    boolean isHopeless(int condition, long amount) {
        return switch (condition) {
            case Condition.READABLE -> closed || (amount > 1 && in.isOver());
            case Condition.END_OF_STREAM -> closed || (broken && !in.half().isFinished());
            case Condition.DRAINED -> peer().closed || broken;
            case Condition.WRITABLE, Condition.WRITE_BLOCKED -> closed;
            default -> false;
        };
    }

    // ---- looking

    public boolean isClosed() {
        return closed;
    }

    public boolean isInputShutdown() {
        return in.isShutdown();
    }

    public boolean isOutputShutdown() {
        return out.isShutdown();
    }

    /** Bytes that can be read now, as {@code FIONREAD} tells. */
    public long available() {
        return in.half().available();
    }

    /** Bytes that wait to be read here. */
    public long queued() {
        return in.half().arrived();
    }

    /** Bytes that were written here and not read by the peer. */
    public long unreadByPeer() {
        return out.half().size();
    }

    /** The size of the buffer that this end reads from. */
    public int receiveBufferSize() {
        return in.half().capacity;
    }

    public void receiveBufferSize(int capacity) {
        in.half().capacity = capacity;
    }

    /** The name that {@code netstat} would give this end's state. */
    public String state() {
        boolean finished = in.half().isFinished();
        if (closed) {
            return "CLOSED";
        }
        if (dialling) {
            return "SYN_SENT";
        }
        if (broken) {
            return "RESET";
        }
        if (out.isShutdown()) {
            return finished ? "LAST_ACK" : "FIN_WAIT";
        }
        return finished ? "CLOSE_WAIT" : "ESTABLISHED";
    }
}
