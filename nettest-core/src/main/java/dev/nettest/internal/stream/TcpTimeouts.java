package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Timers;
import java.util.concurrent.TimeUnit;

/**
 * The clock of streams, and the times without an answer after which a sender gives up.
 *
 * @param user nanoseconds for an open socket
 * @param orphan nanoseconds for a closed socket, whose bytes or FIN are not acknowledged
 * @param synRetries {@code tcp_syn_retries} of Linux
 */
public record TcpTimeouts(Timers timers, long user, long orphan, int synRetries) {

    /** {@code TCP_RTO_MIN} of Linux. */
    private static final long RTO_MIN = TimeUnit.MILLISECONDS.toNanos(200);

    /** {@code TCP_RTO_MAX} of Linux. */
    public static final long RTO_MAX = TimeUnit.SECONDS.toNanos(120);

    /** RFC 6298, section 2.1: the first retransmission timeout of a handshake. */
    public static final long INITIAL_RTO = TimeUnit.SECONDS.toNanos(1);

    /** The default of {@code tcp_orphan_retries} (Documentation/networking/ip-sysctl.rst). */
    private static final int ORPHAN_RETRIES = 8;

    /** @param retries {@code tcp_retries2} of Linux */
    public static TcpTimeouts of(Timers timers, int retries, int synRetries) {
        long user = afterRetries(RTO_MIN, retries);
        return new TcpTimeouts(timers, user, afterRetries(RTO_MIN, ORPHAN_RETRIES), synRetries);
    }

    /** The nanoseconds after which a connect without an answer fails. */
    public long connect() {
        return afterRetries(INITIAL_RTO, synRetries);
    }

    /** The sum of the first timeout and those of {@code retries} retransmissions: each is twice the one before. */
    private static long afterRetries(long first, int retries) {
        long sum = 0;
        long timeout = first;
        for (int i = 0; i <= retries; i++) {
            sum += timeout;
            timeout = Math.min(2 * timeout, RTO_MAX);
        }
        return sum;
    }
}
