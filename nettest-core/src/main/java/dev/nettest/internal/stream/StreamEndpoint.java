package dev.nettest.internal.stream;

import dev.nettest.KeepAlive;
import dev.nettest.internal.sync.Deferred;
import dev.nettest.internal.sync.Monitor;
import dev.nettest.internal.sync.ReadyBits;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint of a stream: a {@link StreamReader} of one {@link Pipe}, a {@link StreamWriter} of another, and the
 * {@link StreamState} that both share. Its peer has the same two pipes, swapped, and the same lock. The endpoint opens
 * and closes the connection and answers what it is ready for. Waiting is left to the caller.
 *
 * <p>Methods expect the {@link #lock()} held, unless they say otherwise.
 */
public final class StreamEndpoint extends StreamState {

    /** The capacity of a receive buffer without a bound. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** How a close tells the peer. */
    public enum Closing {
        /** FIN, or RST if bytes are unread: {@code SocketChannel.close()}. */
        CHANNEL,
        /** FIN, followed by RST if bytes are unread: {@code Socket.close()}. */
        SOCKET,
        /** RST: a linger time of zero. */
        ABORT
    }

    private final StreamReader reader;
    private final StreamWriter writer;
    private @Nullable StreamEndpoint peer;

    private StreamEndpoint(Monitor monitor, Pipe in, Pipe out, boolean local) {
        super(monitor, in, out, local);
        this.reader = new StreamReader(this);
        this.writer = new StreamWriter(this);
    }

    /**
     * Two new endpoints, connected: the returned one and its {@link #peer()}.
     *
     * @param capacity the receive buffer's size of the returned one, in bytes; 0 for a rendezvous
     * @param local true for a Unix path
     */
    public static StreamEndpoint pair(SegmentPool pool, int capacity, int peerCapacity, boolean local) {
        Monitor monitor = new Monitor();
        Pipe toFirst = new Pipe(pool, capacity);
        Pipe toSecond = new Pipe(pool, peerCapacity);
        StreamEndpoint first = new StreamEndpoint(monitor, toFirst, toSecond, local);
        StreamEndpoint second = new StreamEndpoint(monitor, toSecond, toFirst, local);
        first.peer = second;
        second.peer = first;
        return first;
    }

    @Override
    public StreamEndpoint peer() {
        if (peer == null) {
            throw new AssertionError("an endpoint is made with its peer");
        }
        return peer;
    }

    /** Reads, input shutdown and read faults. Takes no lock itself. */
    public StreamReader reader() {
        return reader;
    }

    /** Writes, output shutdown and write faults. Takes no lock itself. */
    public StreamWriter writer() {
        return writer;
    }

    public void lock() {
        monitor.lock();
    }

    /** Unlocks and wakes the waiters that can proceed. */
    public void leave() {
        monitor.leave();
    }

    // ---- opening and closing

    /** Starts the handshake. The caller queues the peer. */
    public void beginConnect() {
        connecting = true;
    }

    /**
     * Connects this endpoint to itself, instead of to the peer that it was made with: it reads what it writes. Called
     * before anything is written.
     */
    public void connectToItself() {
        out = in;
        writer.pipe = in;
        peer = this;
    }

    /** The handshake is done, or has failed. */
    public void endConnect() {
        connecting = false;
        hear();
    }

    /** Callable by any thread without the lock. */
    public boolean isConnecting() {
        return connecting;
    }

    /**
     * Closes this endpoint, initially without telling the peer.
     *
     * @return true if bytes were left unread; pass it to {@link #sendClose}
     */
    public boolean close() {
        closed = true;
        return in.discardUnread();
    }

    /** Tells the peer, even if that is closed too. Before the end of the handshake it sends nothing. */
    public void sendClose(Closing closing, boolean unread) {
        if (connecting || silenced) {
            return;
        }
        if (closesWithFin(closing, unread)) {
            sendFin();
        }
        if (closesWithReset(closing, unread)) {
            sendReset();
        }
    }

    /** True if {@link #sendClose} sends a FIN, or sent it at an earlier shutdown of the output. */
    public boolean closesWithFin(Closing closing, boolean unread) {
        return !connecting
                && !silenced
                && !isAborted()
                && closing != Closing.ABORT
                && !(unread && (local || closing == Closing.CHANNEL));
    }

    /** True if {@link #sendClose} sends an RST. */
    public boolean closesWithReset(Closing closing, boolean unread) {
        return !connecting && !silenced && (unread || closing == Closing.ABORT);
    }

    /**
     * Closes this endpoint without telling the peer, now or later. From now on the segments of both are lost, and
     * nothing is retransmitted to the peer.
     */
    public void dropSilently(TcpTimeouts timeouts) {
        hold(false, true, timeouts);
        peer().hold(false, true, timeouts);
        silenced = true;
        out.discardWaitingFin();
        close();
        out.lose();
    }

    public boolean isClosed() {
        return closed;
    }

    /** True if this endpoint and its peer are sockets of one kernel, like those of a Unix path. */
    public boolean isLocal() {
        return local;
    }

    /** The state as {@code netstat} names it. */
    public String netstatState() {
        boolean finished = in.isFinished();
        if (closed) {
            return "CLOSED";
        }
        if (connecting) {
            return "SYN_SENT";
        }
        if (isAborted()) {
            return "RESET";
        }
        if (outputShutdown) {
            return finished ? "LAST_ACK" : "FIN_WAIT";
        }
        return finished ? "CLOSE_WAIT" : "ESTABLISHED";
    }

    // ---- the route to this endpoint

    /**
     * Holds the segments to this endpoint from now on: bytes, FIN, RST and ACKs. The writer may still fill the send
     * window.
     *
     * @param suspendDelivery true if bytes that have arrived, and were not read, are held too
     * @param cut true if the held segments are lost: all but an RST are retransmitted
     */
    public void hold(boolean suspendDelivery, boolean cut, TcpTimeouts timeouts) {
        inFlightToHere(timeouts).hold(suspendDelivery, cut);
        peer().inFlightToHere(timeouts).holdAcks(true);
    }

    /** Ends the hold of the segments to this endpoint. Call {@link #transmitReleased} after it, for both endpoints. */
    public void open() {
        InFlight here = in.inFlight();
        InFlight reverse = out.inFlight();
        if (here != null) {
            here.open();
        }
        if (reverse != null) {
            reverse.holdAcks(false);
        }
    }

    /** Has {@code events} record the segments to this endpoint that take time. */
    public void recordSegments(SegmentEvents events) {
        InFlight here = in.inFlight();
        if (here != null) {
            here.events(events);
        }
    }

    /** The bytes to this endpoint that are held until released. */
    public long heldBytes() {
        InFlight here = in.inFlight();
        return here == null ? 0 : here.heldBytes();
    }

    /**
     * Transmits the segments to this endpoint whose hold has ended. If it was closed meanwhile, bytes are answered with
     * an RST, which needs the other direction.
     */
    public void transmitReleased() {
        InFlight here = in.inFlight();
        if (here != null) {
            here.transmitReleased();
        }
    }

    /**
     * Segments to this endpoint use this route from now on.
     *
     * @param here null if segments arrive without delay
     * @param reverse the route of this endpoint's ACKs
     * @param changed true if the route differs from the previous one
     */
    public void route(@Nullable DelayLine here, @Nullable DelayLine reverse, boolean changed, TcpTimeouts timeouts) {
        if (here != null || reverse != null || in.inFlight() != null) {
            inFlightToHere(timeouts).route(here, reverse, changed);
        }
    }

    /**
     * Sets the linger time of this endpoint.
     *
     * @param nanos 0 if a close resets, negative if it does not wait
     */
    public void linger(long nanos, TcpTimeouts timeouts) {
        if (!local) {
            peer().inFlightToHere(timeouts).linger().time(nanos);
        }
    }

    /** The linger time; negative for none. */
    public long linger() {
        InFlight outbound = out.inFlight();
        return outbound == null ? -1 : outbound.linger().time();
    }

    /** A close waits from now on. Returns the linger time, or 0 if there is nothing to wait for. */
    public long beginLinger() {
        InFlight outbound = out.inFlight();
        if (outbound == null || linger() < 0) {
            return 0;
        }
        outbound.linger().begin();
        return linger();
    }

    /** A close does not wait any more. */
    public void endLinger() {
        InFlight outbound = out.inFlight();
        if (outbound != null) {
            outbound.linger().end();
        }
    }

    /** True if this endpoint and its peer are closed, and no close of them waits. */
    public boolean isConnectionOver() {
        return closed && peer().closed && !isAnyLingering();
    }

    /**
     * True if Linux keeps no state of this endpoint any more, be it closed or not. An RST or a timeout has ended it, or
     * both FINs were exchanged, the peer's first. If this one's was the first, TIME_WAIT follows.
     */
    public boolean hasEnded() {
        return isAborted() || (in.isFinished() && out.isEndAcknowledged() && !closedFirst());
    }

    /** True if a close of this endpoint or its peer waits. */
    boolean isAnyLingering() {
        return isLingering() || peer().isLingering();
    }

    private boolean isLingering() {
        InFlight outbound = out.inFlight();
        return outbound != null && outbound.linger().isActive();
    }

    /** Sets the keep-alive of this endpoint. Both directions are watched from now on. */
    public void keepAlive(KeepAlive settings, TcpTimeouts timeouts) {
        inFlightToHere(timeouts);
        peer().inFlightToHere(timeouts).silence().settings(settings);
    }

    public KeepAlive keepAlive() {
        InFlight outbound = out.inFlight();
        return outbound == null ? KeepAlive.OFF : outbound.silence().settings();
    }

    private InFlight inFlightToHere(TcpTimeouts timeouts) {
        return in.inFlight(this, monitor, timeouts);
    }

    @Override
    protected @Nullable Deferred deferBeforeWakeUps(@Nullable Deferred chain) {
        InFlight inFlight = in.inFlight();
        return inFlight == null ? chain : inFlight.chainIfDue(chain);
    }

    @Override
    protected @Nullable Deferred deferAfterWakeUps(@Nullable Deferred chain) {
        return writer.chainIfDue(reader.chainIfDue(chain));
    }

    // ---- conditions

    @Override
    protected boolean holds(int condition, long amount) {
        return switch (condition) {
            case ReadyBits.READABLE -> reader.isReadable(amount);
            case ReadyBits.WRITABLE -> writer.isWritable();
            case ReadyBits.FREE_SPACE -> writer.hasFreeSpace();
            case ReadyBits.CLOSED -> closed;
            case ReadyBits.HUNG_UP -> isHungUp();
            case ReadyBits.PEER_CLOSED -> peer().closed || isAborted();
            case ReadyBits.END_OF_STREAM -> reader.isAtEnd();
            case ReadyBits.DRAINED -> out.isDrained();
            case ReadyBits.WRITE_BLOCKED -> writer.isBlocked();
            case ReadyBits.LINGER_ENDED -> !isLingering() || isAborted() || silenced || out.isEndAcknowledged();
            case ReadyBits.CONNECTED -> !connecting || closed;
            case ReadyBits.READ_UNLOCKED -> reader.isUnlocked();
            case ReadyBits.WRITE_UNLOCKED -> writer.isUnlocked();
            default -> false;
        };
    }

    @Override
    protected boolean cannotHappen(int condition, long amount) {
        return switch (condition) {
            case ReadyBits.READABLE -> closed || (amount > 1 && reader.isTerminated());
            case ReadyBits.END_OF_STREAM -> closed || (isAborted() && !in.isFinished());
            case ReadyBits.DRAINED -> peer().closed || isAborted();
            case ReadyBits.WRITABLE, ReadyBits.WRITE_BLOCKED -> closed;
            default -> false;
        };
    }
}
