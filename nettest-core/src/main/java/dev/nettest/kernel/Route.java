package dev.nettest.kernel;

/**
 * One direction of the way between two ends that takes time. What comes after something arrives after it, whatever this says: order is the
 * business of who asks.
 */
public interface Route {

    /** The most bytes that travel as one. 1,500 of an Ethernet frame less the headers of IPv4 and TCP (RFC 6691). */
    int SEGMENT = 1460;

    /**
     * How long a sender tries whom nobody answers, in nanoseconds: 924.6 s, as Linux has it with the default {@code tcp_retries2} of 15
     * (Documentation/networking/ip-sysctl.rst).
     */
    long PATIENCE = 924_600_000_000L;

    /** When a segment that leaves now arrives; {@link Timers#NEVER} where its sender gives up before it does. */
    long arrival(long now, int bytes);

    /** How long an acknowledgement takes that leaves now. */
    long latency();

    /** Whether segments travel for themselves, because each takes its time, or because any of them can be lost. */
    boolean isSegmented();
}
