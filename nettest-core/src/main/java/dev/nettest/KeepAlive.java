package dev.nettest;

import dev.nettest.internal.util.Checks;
import java.time.Duration;

/**
 * The keep-alive of one end of a connection. It probes a peer that has sent nothing for some time. If no probe is
 * answered, the connection times out: a read fails with {@code Connection timed out}, later reads return -1, and writes
 * fail with {@code Broken pipe}. A live peer answers and notices nothing, however long it is idle.
 *
 * <p>The first probe leaves after {@code idle} without an arrival, each next one {@code interval} later. The connection
 * times out {@code interval} after the last one: at idle + count × interval. If a peer without this connection answers,
 * for example after a restart, the end is reset. While bytes are not acknowledged, their retransmission decides
 * instead, see {@link NetworkConfig.Builder#tcpRetries2}.
 *
 * <p>Times run on the network's clock. Probes of a live peer take no timer: they neither keep a network busy nor move a
 * virtual clock. {@code advanceUntilIdle} moves it only to the timeout of a connection whose peer is unreachable.
 *
 * @param enabled {@code SO_KEEPALIVE}
 * @param idle {@code TCP_KEEPIDLE}: 7,200 s by default, {@code tcp_keepalive_time} of Linux
 * @param interval {@code TCP_KEEPINTVL}, in Java {@code TCP_KEEPINTERVAL}: 75 s by default,
 *     {@code tcp_keepalive_intvl} of Linux
 * @param count {@code TCP_KEEPCNT}, in Java {@code TCP_KEEPCOUNT}: 9 by default, {@code tcp_keepalive_probes} of Linux
 */
public record KeepAlive(boolean enabled, Duration idle, Duration interval, int count) {

    private static final int MAX_COUNT = 127;

    /** No keep-alive, as initially. Its times are the defaults. */
    public static final KeepAlive OFF = new KeepAlive(false, Duration.ofSeconds(7200), Duration.ofSeconds(75), 9);

    /** Keep-alive with the defaults: a connection times out 7,875 s after the last arrival. */
    public static final KeepAlive ON = new KeepAlive(true, OFF.idle, OFF.interval, OFF.count);

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if a duration is not positive, or {@code count} is not between 1 and 127
     */
    public KeepAlive {
        Checks.positive(Checks.nanos(idle, "idle"), "idle");
        Checks.positive(Checks.nanos(interval, "interval"), "interval");
        Checks.within(count, 1, MAX_COUNT, "count");
    }

    /** Keep-alive with these times. */
    public static KeepAlive of(Duration idle, Duration interval, int count) {
        return new KeepAlive(true, idle, interval, count);
    }
}
