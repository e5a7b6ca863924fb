package dev.nettest;

import dev.nettest.internal.link.LinkDirectionImpl;

/**
 * One direction of a {@link Link}. Settings apply to everything sent from then on, including on existing connections.
 * No method waits. Any thread may call any method at any time.
 */
public sealed interface LinkDirection permits LinkDirectionImpl {

    /** Sets the impairment. */
    LinkDirection impair(Impairment impairment);

    /** The impairment; {@link Impairment#NONE} if none is set. A less specific link may act then. */
    Impairment impairment();

    /**
     * Partitions this direction. Datagrams are lost, also those in flight. Stream data is held: its sender retransmits
     * until {@link #repair}, or until the connection times out ({@link NetworkConfig.Builder#tcpRetries2}). That is
     * 924.6 s after the first unacknowledged byte, or after the cut if a writer waits for free space. An RST is sent
     * once, so it is lost, with the bytes before it that have not arrived. The peer learns of it when it sends after
     * the repair. Connects wait and time out.
     */
    LinkDirection partition();

    /** Ends the partition: held stream data is sent at once, and waiting connects continue. */
    LinkDirection repair();

    /**
     * Holds everything that is sent from now on, and stream data in flight, until {@link #release}; for exact
     * interleavings. A datagram in flight still arrives. A connection with unsent data times out like in a
     * {@linkplain #partition partition}.
     */
    LinkDirection hold();

    /** Sends everything that was held, now, in the order in which it was sent. */
    LinkDirection release();

    /** True while this direction is partitioned. */
    boolean isPartitioned();

    /** True while this direction holds its traffic. */
    boolean isHeld();

    /**
     * The number of datagrams and stream segments lost so far, by the impairment or a partition; each retransmission
     * counts.
     */
    long lost();

    /**
     * The bytes that wait here now, because this direction is held or partitioned: payload of streams and datagrams. If
     * several links stop the same traffic, each of them counts it. Connects that wait have no bytes.
     */
    long heldBytes();

    /** The datagrams that wait here now, because this direction is held. */
    int heldDatagrams();
}
