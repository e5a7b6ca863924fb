package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Monitor;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.Pollable;

/**
 * The state of a {@link StreamEndpoint} that its reader, its writer and the segments in flight share. Linux keeps it in
 * {@code struct sock}. Guarded by the connection's monitor.
 *
 * <p>The pending error is Linux's {@code sk_err}: an RST sets it, and the first operation takes it. Only that operation
 * reports "reset"; later writes find a broken pipe and later reads the end of the stream. An RST that follows a FIN
 * leaves the reader its end of stream, and the next write finds a broken pipe.
 *
 * <p>Two {@linkplain #local} endpoints exchange no packets. A writer whose bytes would not be read finds a broken pipe
 * immediately, and leaves the pending error to the reader. Only a writer that waited for free space takes it. The
 * pending error is "reset" even if a FIN came first.
 */
abstract class StreamState extends Pollable {

    private enum PendingError {
        NONE,
        RESET,
        PIPE,
        TIMED_OUT
    }

    /** An RST has arrived, or the connection has timed out: no more bytes travel in either direction. */
    private static final int ABORTED = 1;

    /** An RST was sent or has arrived, and no timeout came before it. */
    private static final int RESET = 2;

    /** The pipe that this endpoint reads. */
    final Pipe in;

    /** The pipe that this endpoint writes; {@link #in} if it is connected to itself. */
    Pipe out;

    /**
     * True if both endpoints are sockets of one kernel, like those of a Unix path: each sees at once what the other
     * does.
     */
    final boolean local;

    /** True during the handshake. Any thread may read it without the lock. */
    volatile boolean connecting;

    boolean closed;
    boolean inputShutdown;
    boolean outputShutdown;

    /** True if this endpoint sent its FIN before it received the peer's: it closes actively. */
    private boolean finFirst;

    /** {@link #ABORTED}, {@link #RESET}, both or none. Two fields would cost an idle endpoint eight bytes more. */
    private byte ending;

    /** The host of this endpoint lost its power: it sends nothing any more but an RST for bytes that arrive. */
    boolean silenced;

    private PendingError pendingError = PendingError.NONE;

    StreamState(Monitor monitor, Pipe in, Pipe out, boolean local) {
        super(monitor);
        this.in = in;
        this.out = out;
        this.local = local;
    }

    abstract StreamState peer();

    /**
     * True if an RST has arrived, or if the connection timed out: no more bytes travel in either direction. A close
     * that sends an RST does not count, because {@link #closed} comes before it.
     */
    public boolean isAborted() {
        return (ending & ABORTED) != 0;
    }

    /** True if an RST that this endpoint received or sent has ended the connection, and not a timeout before it. */
    public boolean isReset() {
        return (ending & RESET) != 0;
    }

    /**
     * True if no byte can be transferred any more, in either direction: {@code POLLHUP}. Linux reports it for a socket
     * that has ended, and for one whose directions are both shut.
     */
    boolean isHungUp() {
        return isAborted() || (local && peer().closed) || (outputShutdown && (inputShutdown || in.isFinished()));
    }

    /**
     * True if bytes that arrive here are rejected: no reader is left, nor a writer whose data could still be
     * acknowledged. TCP answers such bytes with an RST, even if it has sent one before: the peer has not received it.
     */
    boolean answersWithRst() {
        return answersWithRst(true);
    }

    /**
     * Like {@link #answersWithRst()}.
     *
     * @param inWindow false if the window is full: a writer then sends only probes, and probes carry no bytes that an
     *     endpoint with both directions shut down would reject
     */
    boolean answersWithRst(boolean inWindow) {
        return closed || isAborted() || (inputShutdown && (local || (outputShutdown && inWindow)));
    }

    /** True if the peer has closed, in both directions, and its FIN has arrived. */
    boolean hasPeerClosed() {
        return peer().answersWithRst() && in.isFinished();
    }

    // ---- sending

    /** Sends FIN, unless an RST went before it. */
    void sendFin() {
        if (!isAborted()) {
            finFirst |= !out.isFinSent() && !in.isFinished();
            out.sendFin();
        }
    }

    /** True if this endpoint sent its FIN before it received the peer's. */
    public boolean closedFirst() {
        return finFirst;
    }

    void sendReset() {
        noteReset();
        out.discardWaitingFin();
        InFlight inFlight = out.inFlight();
        if (inFlight == null) {
            peer().receiveReset();
        } else {
            inFlight.sendReset();
        }
    }

    /** Resets both endpoints and discards the bytes that are queued for this one. */
    public void abort() {
        in.clear();
        resetBothWays();
    }

    /** Like {@link #abort}, if the present operation already reports the error: nothing stays pending here. */
    void abortConsumed() {
        abort();
        pendingError = PendingError.NONE;
    }

    /** Everything that this endpoint sends from now on is lost, in every retransmission. */
    void silence(TcpTimeouts timeouts) {
        out.inFlight(peer(), monitor, timeouts).silenceWriter();
    }

    void resetBothWays() {
        receiveReset();
        sendReset();
    }

    // ---- receiving

    /** A segment has arrived here: the peer is alive. */
    void hear() {
        InFlight outbound = out.inFlight();
        if (outbound != null) {
            outbound.silence().hear(0);
        }
    }

    /** A keep-alive probe has arrived, though this endpoint has ended without telling the peer. */
    void receiveProbe() {
        if (answersWithRst()) {
            resetBothWays();
        }
    }

    /** True if this endpoint has ended, and has sent nothing that will tell the peer. */
    boolean hasVanished() {
        return answersWithRst() && !out.hasFin();
    }

    /** Bytes that were in flight have arrived. */
    void receiveBytes() {
        if (answersWithRst()) {
            in.clear();
            resetBothWays();
        }
    }

    void receiveReset() {
        if (!isAborted() && !closed) {
            pendingError = in.isFinished() && !local ? PendingError.PIPE : PendingError.RESET;
        }
        out.discardWaitingFin();
        noteReset();
        ending |= ABORTED;
    }

    /** After a timeout this endpoint still answers with an RST, but the timeout has ended the connection. */
    private void noteReset() {
        if (!isAborted()) {
            ending |= RESET;
        }
    }

    /** No answer arrived in time: the connection is given up. */
    void receiveTimeout() {
        if (!isAborted() && !closed) {
            pendingError = PendingError.TIMED_OUT;
        }
        out.discardWaitingFin();
        ending |= ABORTED; // the peer does not know of it
    }

    // ---- the pending error

    /** The outcome of the next write if an error is pending, which stays pending; 0 if there is none. */
    public int pendingError() {
        return outcomeOfWrite(pendingError);
    }

    /**
     * Takes the pending error for a read: an {@link Outcome}, or 0 if there is none. A read leaves a broken pipe to the
     * writer.
     */
    int takeErrorForRead() {
        if (pendingError == PendingError.NONE || pendingError == PendingError.PIPE) {
            return 0;
        }
        int taken = pendingError == PendingError.RESET ? Outcome.RESET : Outcome.TIMED_OUT;
        pendingError = PendingError.NONE;
        return taken;
    }

    /** Takes the pending error for a write: an {@link Outcome}, or 0 if there is none. */
    int takeErrorForWrite() {
        PendingError taken = pendingError;
        pendingError = PendingError.NONE;
        return outcomeOfWrite(taken);
    }

    private static int outcomeOfWrite(PendingError error) {
        return switch (error) {
            case RESET -> Outcome.RESET_BY_PEER;
            case PIPE -> Outcome.BROKEN_PIPE;
            case TIMED_OUT -> Outcome.TIMED_OUT;
            case NONE -> 0;
        };
    }
}
