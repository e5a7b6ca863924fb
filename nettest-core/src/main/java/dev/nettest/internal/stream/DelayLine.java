package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Timers;

/**
 * A route in one direction that takes time. The caller preserves the order of segments, whatever arrival times it gets.
 */
public interface DelayLine {

    /** The largest segment: 1,500 bytes of an Ethernet frame less the headers of IPv4 and TCP (RFC 6691). */
    int SEGMENT = 1460;

    /** When a segment that leaves now arrives; {@link Timers#NEVER} if its sender gives up before. */
    long arrival(long now, int bytes);

    /** The most bytes of a segment. */
    default int segmentSize() {
        return SEGMENT;
    }

    /**
     * When the last segment given to {@link #arrival} leaves for the last time: later than it was sent if it has to be
     * retransmitted.
     */
    long lastDeparture();

    /** When an RST that leaves now arrives; {@link Timers#NEVER} if it is lost. It is sent once. */
    long resetArrival(long now);

    /** The travel time of an ACK that leaves now. */
    long latency();

    /** True if every segment is lost. */
    boolean losesAll();

    /** True if each segment has its own arrival time, because of a rate or because any of them can be lost. */
    boolean isSegmented();
}
