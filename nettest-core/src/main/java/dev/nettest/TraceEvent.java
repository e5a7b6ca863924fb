package dev.nettest;

import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a network, as a {@link Trace} has it. Each kind is a record.
 *
 * <p>Several equal events in a row are one record with a {@code count}. Segments that take no time have no
 * {@link InFlight} and no {@link Delivered}: they arrive with the {@link Written}, {@link HalfClosed} or {@link Closed}
 * that sends them.
 */
@SuppressWarnings("exports") // JSpecify is optional
public sealed interface TraceEvent {

    /** Its number in the network. An event with a larger number did not happen before. */
    long number();

    /**
     * The time of a virtual clock; on the system clock, the time since the network was made. A trace of
     * {@link TraceLevel#LAST} reads the system clock for few events: binds, failures, faults, timeouts, and changes of
     * links and hosts. The others have the time of the event before.
     */
    Duration time();

    /** An event at one socket. */
    sealed interface OfSocket extends TraceEvent {
        TraceSocket socket();
    }

    // ---- opening

    /** A listener was bound. */
    record Listening(long number, Duration time, TraceSocket socket) implements OfSocket {}

    /** A datagram endpoint was bound. */
    record Bound(long number, Duration time, TraceSocket socket) implements OfSocket {}

    /** A connect began: it sends a SYN. */
    record Connecting(long number, Duration time, TraceSocket socket) implements OfSocket {}

    /** The handshake is complete at the listener. The socket is the accepting end, in the accept queue. */
    record Queued(long number, Duration time, TraceSocket socket) implements OfSocket {}

    /** A connect has succeeded. */
    record Connected(long number, Duration time, TraceSocket socket) implements OfSocket {}

    /** A connection was accepted. */
    record Accepted(long number, Duration time, TraceSocket socket) implements OfSocket {}

    // ---- transferring

    /**
     * A write put bytes into the send queue.
     *
     * @param bytes the bytes of each write
     * @param count the number of writes
     * @param payload the first bytes of all of them
     */
    record Written(long number, Duration time, TraceSocket socket, long bytes, long count, TracePayload payload)
            implements OfSocket {}

    /**
     * A read returned bytes.
     *
     * @param bytes the bytes of each read
     * @param count the number of reads
     */
    record BytesRead(long number, Duration time, TraceSocket socket, long bytes, long count) implements OfSocket {}

    /** A read returned the end of the stream. */
    record EndOfStreamRead(long number, Duration time, TraceSocket socket) implements OfSocket {}

    /**
     * Segments left {@code socket} and take time. It stands before the {@link Written} of its bytes, and behind the
     * {@link HalfClosed} or {@link Closed} that sends its FIN or RST.
     *
     * @param fin true if a FIN follows the bytes
     * @param reset true for an RST
     * @param arrival the time at which the last of them arrives; null if they are held or lost until a link changes
     */
    record InFlight(
            long number,
            Duration time,
            TraceSocket socket,
            long bytes,
            boolean fin,
            boolean reset,
            @Nullable Duration arrival)
            implements OfSocket {}

    /**
     * Segments that were in flight arrived at {@code socket}.
     *
     * @param fin true if a FIN follows the bytes
     * @param reset true for an RST
     * @param count the number of equal arrivals, each of {@code bytes}
     */
    record Delivered(long number, Duration time, TraceSocket socket, long bytes, boolean fin, boolean reset, long count)
            implements OfSocket {}

    /**
     * A link lost a segment of {@code socket}, so its TCP sends it again.
     *
     * @param bytes the bytes of the segment; 0 for a FIN alone
     * @param offset the position of its first byte in the stream of its direction
     * @param departure when the segment that arrives leaves
     */
    record Retransmitted(long number, Duration time, TraceSocket socket, long bytes, long offset, Duration departure)
            implements OfSocket {}

    // ---- ending

    /**
     * One direction was shut down.
     *
     * @param output true for the output, which sends a FIN; false for the input
     */
    record HalfClosed(long number, Duration time, TraceSocket socket, boolean output) implements OfSocket {}

    /**
     * A socket was closed.
     *
     * @param fin true if the close sends a FIN
     * @param reset true if it sends an RST
     * @param reason what closed it, and the effect, for a reader; empty if its owner closed it and nothing is to tell
     */
    record Closed(long number, Duration time, TraceSocket socket, boolean fin, boolean reset, String reason)
            implements OfSocket {}

    // ---- datagrams

    /**
     * Datagrams were sent.
     *
     * @param targetHost the host that owns {@code target}, like {@link TraceSocket#localHost()}
     * @param bytes the bytes of each
     * @param count the number of equal datagrams
     * @param payload the first bytes of all of them
     */
    record DatagramSent(
            long number,
            Duration time,
            TraceSocket socket,
            SocketAddress target,
            String targetHost,
            long bytes,
            long count,
            TracePayload payload)
            implements OfSocket {}

    /**
     * Datagrams that {@code socket} sent do not arrive.
     *
     * @param targetHost the host that owns {@code target}, like {@link TraceSocket#localHost()}
     * @param reason why, for a reader
     */
    record DatagramDropped(
            long number,
            Duration time,
            TraceSocket socket,
            SocketAddress target,
            String targetHost,
            long bytes,
            long count,
            String reason)
            implements OfSocket {}

    /**
     * A link sends a datagram of {@code socket} in fragments.
     *
     * @param bytes the bytes of the datagram
     */
    record DatagramFragmented(
            long number, Duration time, TraceSocket socket, SocketAddress target, long bytes, int fragments)
            implements OfSocket {}

    /**
     * Datagrams arrived in the receive buffer of {@code socket}.
     *
     * @param sender the address of the sender
     */
    record DatagramDelivered(
            long number, Duration time, TraceSocket socket, SocketAddress sender, long bytes, long count)
            implements OfSocket {}

    /** Datagrams were received by the owner of {@code socket}. */
    record DatagramReceived(long number, Duration time, TraceSocket socket, long bytes, long count)
            implements OfSocket {}

    // ---- failing and waiting

    /**
     * A fault acted.
     *
     * @param operation the operation on which it acted
     * @param fault its effect and its trigger, such as {@code reset().once()}
     * @param scope the socket, the host or the network on which it was installed
     * @param declaredAt the line that declared it, such as {@code StoreTest.java:31}; empty if it is not known
     */
    record FaultFired(
            long number,
            Duration time,
            TraceSocket socket,
            Operation.Kind operation,
            String fault,
            String scope,
            String declaredAt,
            long count)
            implements OfSocket {}

    /**
     * An operation threw an exception.
     *
     * @param operation the operation
     * @param error the text of the exception
     */
    record Failed(long number, Duration time, TraceSocket socket, Operation.Kind operation, String error)
            implements OfSocket {}

    /** A thread began to wait. Not in a trace of {@link TraceLevel#LAST}. */
    record WaitBegan(long number, Duration time, TraceSocket socket, Operation.Kind operation, String thread)
            implements OfSocket {}

    /** The operation of a thread that waited can proceed. Not in a trace of {@link TraceLevel#LAST}. */
    record WaitEnded(long number, Duration time, TraceSocket socket, Operation.Kind operation, String thread)
            implements OfSocket {}

    /**
     * An operation or an await waited in vain.
     *
     * @param operation what waited, such as {@code read} or {@code awaitReadable}
     * @param limit its timeout
     */
    record WaitTimedOut(long number, Duration time, TraceSocket socket, String operation, Duration limit)
            implements OfSocket {}

    // ---- the network

    /**
     * A link was changed.
     *
     * @param link its two sides
     * @param change what changed
     */
    record LinkChanged(long number, Duration time, String link, String change) implements TraceEvent {}

    /**
     * A host was paused, resumed, crashed or restarted.
     *
     * @param state its new state
     */
    record HostChanged(long number, Duration time, String host, String state) implements TraceEvent {}

    /**
     * A virtual clock moved. It has the number of the event that follows.
     *
     * @param from the time before
     */
    record ClockMoved(long number, Duration time, Duration from) implements TraceEvent {}
}
