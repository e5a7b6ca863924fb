package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Monitor;
import dev.nettest.internal.sync.Timers;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Bytes, FIN and RST in flight in one direction, each with an arrival time or held until released. ACKs travel back and
 * reopen the send window. Order is preserved.
 *
 * <p>In-flight bytes already sit in the pipe's queue; this class counts how many have not arrived. Guarded by the
 * connection's monitor.
 */
final class InFlight {

    private final Pipe pipe;
    private final StreamState reader;
    private final Timers timers;
    private final AckWindow acks;
    private final ArrivalTimer timer;

    /** The route from the writer to the reader; null for no delay. */
    private @Nullable DelayLine route;

    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>(4);
    private long lastArrival;

    /** Bytes in flight, held ones included. */
    private long bytes;

    /** True if a FIN is in flight behind the bytes. */
    private boolean fin;

    /** True if segments are held until released. */
    private boolean held;

    /** True if bytes that have arrived are held too. */
    private boolean suspended;

    /** True if a segment is lost in every retransmission: it and those behind it arrive only over another route. */
    private boolean blackholed;

    /** True if everything that is sent is lost, whatever the route. */
    private boolean silenced;

    /** The bytes without an arrival time: held, blackholed or silenced. */
    private long heldBytes;

    private boolean heldFin;
    private boolean heldRst;

    /** Volatile, since {@link ArrivalTimer} reads it without the lock. */
    private volatile long retransmissionTimeoutAt = Timers.NEVER;

    InFlight(Pipe pipe, StreamState reader, Monitor monitor, Timers timers) {
        this.pipe = pipe;
        this.reader = reader;
        this.timers = timers;
        this.acks = new AckWindow(timers);
        this.timer = new ArrivalTimer(this, monitor, timers);
    }

    /** Bytes that have not arrived. */
    long bytes() {
        return bytes;
    }

    /** Bytes without an arrival time. */
    long heldBytes() {
        return heldBytes;
    }

    boolean hasFin() {
        return fin;
    }

    /** True if bytes that have arrived, and were not read, are held too. */
    boolean suspendsDelivery() {
        return suspended;
    }

    /** True if bytes that are sent now arrive later. */
    boolean delays() {
        return held || blackholed || silenced || route != null || !arrivals.isEmpty();
    }

    /**
     * Segments use this route from now on, and ACKs its reverse; null for no delay.
     *
     * @param changed true if the route differs from the previous one: blackholed segments are then sent again
     */
    void route(@Nullable DelayLine there, @Nullable DelayLine reverse, boolean changed) {
        route = there;
        acks.route(reverse);
        if (changed && blackholed && !held) {
            transmitHeld();
        }
    }

    // ---- sending

    void send(int count) {
        bytes += count;
        transmit(count, false, false);
    }

    void sendFin() {
        fin = true;
        transmit(0, true, false);
    }

    void sendReset() {
        transmit(0, false, true);
    }

    private void transmit(long count, boolean withFin, boolean withReset) {
        if (held || blackholed || silenced) {
            addHeld(count, withFin, withReset);
        } else if (!delays()) {
            deliver(count, withFin, withReset);
        } else {
            schedule(count, withFin, withReset);
        }
    }

    private void schedule(long count, boolean withFin, boolean withReset) {
        long now = timers.now();
        DelayLine line = route;
        int longest = line != null && line.isSegmented() ? line.segmentSize() : Integer.MAX_VALUE;
        long left = count;
        do {
            int segment = (int) Math.min(left, longest);
            long arrival = line == null ? now : line.arrival(now, segment);
            if (arrival == Timers.NEVER) {
                blackholed = true;
                addHeld(left, withFin, withReset);
                return;
            }
            left -= segment;
            boolean last = left == 0;
            if (arrival <= now && arrivals.isEmpty()) {
                deliver(segment, withFin && last, withReset && last);
            } else {
                lastArrival = arrivals.isEmpty() ? arrival : Math.max(lastArrival, arrival);
                Arrival.add(arrivals, lastArrival, segment, withFin && last, withReset && last);
            }
        } while (left > 0);
    }

    // ---- arriving

    private void deliver(long count, boolean withFin, boolean withReset) {
        bytes = Math.max(0, bytes - count);
        if (count > 0) {
            reader.receiveBytes();
        }
        if (withFin) {
            fin = false;
        }
        if (withReset) {
            reader.receiveReset();
        }
    }

    /** Delivers everything that has arrived by {@code now}, in either direction. */
    void receive(long now) {
        while (!arrivals.isEmpty() && arrivals.getFirst().at <= now) {
            Arrival arrival = arrivals.removeFirst();
            deliver(arrival.bytes, arrival.fin, arrival.reset);
        }
        acks.receive(now);
        if (retransmissionTimeoutAt <= now) {
            timeOut();
        }
    }

    /** Loses everything that is sent from now on. */
    void silence() {
        silenced = true;
    }

    /** The writer gives up retransmitting. */
    private void timeOut() {
        retransmissionTimeoutAt = Timers.NEVER;
        drop();
        reader.peer().receiveTimeout();
    }

    // ---- holding

    private void addHeld(long count, boolean withFin, boolean withReset) {
        heldBytes += count;
        heldFin |= withFin;
        heldRst |= withReset;
        if (retransmissionTimeoutAt == Timers.NEVER && (count > 0 || withFin)) {
            retransmissionTimeoutAt = Timers.deadline(timers.now(), DelayLine.USER_TIMEOUT);
        }
    }

    /**
     * Holds all segments from now on, including those in flight.
     *
     * @param suspendDelivery true if bytes that have arrived, and were not read, are held too
     */
    void hold(boolean suspendDelivery) {
        held = true;
        suspended = suspendDelivery;
        for (Arrival arrival : arrivals) {
            addHeld(arrival.bytes, arrival.fin, arrival.reset);
        }
        arrivals.clear();
    }

    /** Transmits the held segments now, and lets the reader see the bytes that had arrived. */
    void release() {
        if (held) {
            held = false;
            suspended = false;
            transmitHeld();
        }
    }

    private void transmitHeld() {
        long count = heldBytes;
        boolean withFin = heldFin;
        boolean withReset = heldRst;
        clearHeld();
        if (count > 0 || withFin || withReset) {
            transmit(count, withFin, withReset);
        }
    }

    private void clearHeld() {
        heldBytes = 0;
        heldFin = false;
        heldRst = false;
        blackholed = false;
        retransmissionTimeoutAt = Timers.NEVER;
    }

    // ---- discarding

    /** The writer took back the last {@code count} bytes of the queue. */
    void withdrawn(long count) {
        long left = Math.min(count, bytes);
        bytes -= left;
        long taken = Math.min(left, heldBytes);
        heldBytes -= taken;
        left -= taken;
        for (var newest = arrivals.descendingIterator(); left > 0 && newest.hasNext(); ) {
            Arrival arrival = newest.next();
            taken = Math.min(left, arrival.bytes);
            arrival.bytes -= taken;
            left -= taken;
        }
        if (heldBytes == 0 && !heldFin && !heldRst) {
            clearHeld(); // no retransmission timeout for nothing
        }
    }

    /** Loses the segments in flight; true if a FIN is among them. */
    boolean drop() {
        boolean lostFin = fin;
        pipe.withdraw(Math.min(bytes, pipe.size()));
        bytes = 0;
        fin = false;
        arrivals.clear();
        clearHeld();
        return lostFin;
    }

    // ---- ACKs

    /** Bytes that were read, and whose ACK has not arrived by now. */
    long unacknowledged() {
        return acks.unacknowledged();
    }

    /** The reader took {@code count} bytes and sends their ACK. */
    void acknowledge(long count) {
        acks.acknowledge(count);
    }

    /** Holds ACKs from now on, or releases the held ones. */
    void holdAcks(boolean now) {
        acks.hold(now);
    }

    // ---- time

    ArrivalTimer timer() {
        return timer;
    }

    long retransmissionTimeoutAt() {
        return retransmissionTimeoutAt;
    }

    /** The instant at which {@link #receive} must run next; {@link Timers#NEVER} for none. */
    long nextEvent() {
        if (reader.closed && reader.peer().closed) {
            return Timers.NEVER;
        }
        long next = retransmissionTimeoutAt;
        if (!arrivals.isEmpty()) {
            next = Math.min(next, arrivals.getFirst().at);
        }
        if (pipe.freeSpace() <= 0) { // while the send window is open, no writer waits for an ACK
            next = Math.min(next, acks.nextArrival());
        }
        return next;
    }
}
