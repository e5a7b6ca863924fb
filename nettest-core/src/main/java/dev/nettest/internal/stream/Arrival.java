package dev.nettest.internal.stream;

import java.util.ArrayDeque;

/** Segments that arrive at one instant: bytes, behind them a FIN, behind that an RST. An ACK has bytes only. */
final class Arrival {

    final long at;
    long bytes;
    boolean fin;
    boolean reset;

    /** The instant at which all of them have left for the last time. */
    long departure = Long.MIN_VALUE;

    private Arrival(long at) {
        this.at = at;
    }

    /**
     * Appends segments that arrive at {@code at} to {@code queue}; joins them with its last ones if these arrive then
     * too.
     *
     * @return the last segments of the queue
     */
    static Arrival add(ArrayDeque<Arrival> queue, long at, long bytes, boolean fin, boolean reset) {
        Arrival last = queue.peekLast();
        if (last == null || last.at != at || last.fin || last.reset) {
            last = new Arrival(at);
            queue.add(last);
        }
        last.bytes += bytes;
        last.fin |= fin;
        last.reset |= reset;
        return last;
    }
}
