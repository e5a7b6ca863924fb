package dev.nettest.internal.stream;

/**
 * A link that holds the segments of one direction, and the segments without an arrival time: held ones, and lost ones
 * that no retransmission can deliver over the present route. Guarded by the connection's monitor.
 */
final class Hold {

    /** True if segments are held until released. */
    boolean active;

    /** True if held segments are lost and retransmitted later. An RST is not. */
    boolean cut;

    /** True if the hold has ended and the held segments have to be sent. */
    boolean released;

    /** True if bytes that have arrived are held too. */
    boolean suspended;

    long bytes;
    boolean fin;
    boolean reset;

    void begin(boolean suspendDelivery, boolean loses) {
        active = true;
        released = false;
        cut = loses;
        suspended = suspendDelivery;
    }

    /** The held segments still have to be sent. */
    void end() {
        released |= active;
        active = false;
        cut = false;
        suspended = false;
    }

    void add(long count, boolean withFin) {
        bytes += count;
        fin |= withFin;
    }

    /** Forgets the segments. */
    void clear() {
        bytes = 0;
        fin = false;
        reset = false;
    }
}
