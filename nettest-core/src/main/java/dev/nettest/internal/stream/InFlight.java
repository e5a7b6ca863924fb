package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Deferred;
import dev.nettest.internal.sync.Monitor;
import dev.nettest.internal.sync.Timers;
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

    private final ArrivalQueue arrivals = new ArrivalQueue();

    /** Bytes in flight, held ones included. */
    private long bytes;

    /** True if a FIN is in flight behind the bytes. */
    private boolean fin;

    private final Hold hold = new Hold();

    /** True once the writer has sent an RST: nothing is retransmitted any more. */
    private boolean aborted;

    /** True if a segment is lost in every retransmission: it and those behind it arrive only over another route. */
    private boolean blackholed;

    /** True if everything that is sent is lost, whatever the route. */
    private boolean silenced;

    private SegmentEvents events = SegmentEvents.NONE;

    private final SilenceTimer silence;
    private final Linger linger;

    /** True if bytes or a FIN have arrived whose ACK cannot. */
    private boolean ackWithheld;

    InFlight(Pipe pipe, StreamState reader, Monitor monitor, TcpTimeouts timeouts) {
        this.pipe = pipe;
        this.reader = reader;
        this.timers = timeouts.timers();
        this.silence = new SilenceTimer(timeouts, reader.peer());
        this.linger = new Linger(timers);
        this.acks = new AckWindow(timers);
        this.timer = new ArrivalTimer(this, monitor, timers);
    }

    /** Has the segments recorded from now on. */
    void events(SegmentEvents recorder) {
        events = recorder;
    }

    /** Bytes that have not arrived. */
    long bytes() {
        return bytes;
    }

    /** Bytes without an arrival time. */
    long heldBytes() {
        return hold.bytes;
    }

    boolean hasFin() {
        return fin;
    }

    /** True if bytes that have arrived, and were not read, are held too. */
    boolean suspendsDelivery() {
        return hold.suspended;
    }

    /** True if bytes that are sent now arrive later. */
    boolean delays() {
        return hold.active || blackholed || silenced || route != null || !arrivals.isEmpty();
    }

    /**
     * Segments use this route from now on, and ACKs its reverse; null for no delay.
     *
     * @param changed true if the route differs from the previous one: blackholed segments are then sent again
     */
    void route(@Nullable DelayLine there, @Nullable DelayLine reverse, boolean changed) {
        route = there;
        acks.route(reverse);
        if (changed && blackholed && !hold.active) {
            transmitHeld();
        }
    }

    // ---- sending

    void send(int count) {
        bytes += count;
        transmit(count, false);
    }

    void sendFin() {
        fin = true;
        transmit(0, true);
    }

    /**
     * Sends an RST, once: it does not arrive over a cut route. From now on the writer retransmits nothing, so segments
     * that were lost are lost for good.
     */
    void sendReset() {
        aborted = true;
        if (silenced) {
            abandonRetransmissions();
            return;
        }
        if (hold.active && !hold.cut) {
            hold.reset = true;
            return;
        }
        abandonRetransmissions();
        if (hold.cut) {
            return;
        }
        long now = timers.now();
        long arrival = route == null ? now : route.resetArrival(now);
        if (arrival <= now && arrivals.isEmpty()) {
            reader.receiveReset();
        } else if (arrival != Timers.NEVER) {
            arrivals.add(arrival, 0, false, true);
            events.inFlight(0, false, true, arrivals.last());
        }
    }

    private void transmit(long count, boolean withFin) {
        if (hold.active || blackholed || silenced) {
            hold.add(count, withFin);
            events.inFlight(count, withFin, false, Timers.NEVER);
        } else if (!delays()) {
            deliver(count, withFin);
        } else {
            schedule(count, withFin);
        }
    }

    private void schedule(long count, boolean withFin) {
        long now = timers.now();
        DelayLine line = route;
        int longest = line != null && line.isSegmented() ? line.segmentSize() : Integer.MAX_VALUE;
        long left = count;
        long inFlight = 0;
        do {
            int segment = (int) Math.min(left, longest);
            long arrival = line == null ? now : line.arrival(now, segment);
            if (arrival == Timers.NEVER) {
                blackholed = true;
                hold.add(left, withFin);
                if (inFlight > 0) {
                    events.inFlight(inFlight, false, false, arrivals.last());
                }
                events.inFlight(left, withFin, false, Timers.NEVER);
                return;
            }
            if (line != null && line.lastDeparture() > now) {
                events.retransmitted(segment, pipe.written - left, line.lastDeparture());
            }
            left -= segment;
            boolean finHere = withFin && left == 0;
            if (arrival <= now && arrivals.isEmpty()) {
                deliver(segment, finHere);
            } else {
                Arrival added = arrivals.add(arrival, segment, finHere, false);
                added.departure = Math.max(added.departure, line == null ? now : line.lastDeparture());
                inFlight += segment;
            }
        } while (left > 0);
        boolean finInFlight = withFin && fin;
        if (inFlight > 0 || finInFlight) {
            events.inFlight(inFlight, finInFlight, false, arrivals.last());
        }
    }

    // ---- arriving

    private void deliver(long count, boolean withFin) {
        bytes = Math.max(0, bytes - count);
        if (count > 0) {
            reader.receiveBytes();
        }
        if (withFin) {
            fin = false;
            linger.finArrived(acks.isSilent(), acks.latency());
        }
        ackWithheld |= acks.isHeld() && (count > 0 || withFin);
        reader.hear();
        if (!acks.isSilent()) {
            silence.hear(acks.latency());
        }
    }

    /** Delivers everything that has arrived by {@code now}, in either direction. */
    void receive(long now) {
        for (Arrival arrival = arrivals.poll(now); arrival != null; arrival = arrivals.poll(now)) {
            events.delivered(arrival.bytes, arrival.fin, arrival.reset);
            deliver(arrival.bytes, arrival.fin);
            if (arrival.reset) {
                reader.receiveReset();
            }
        }
        acks.receive(now);
        linger.receive(now);
        pipe.sendWaitingFin();
        if (silence.at() <= now) {
            onSilence();
        }
    }

    /** Loses everything that is sent from now on. */
    void silenceWriter() {
        silenced = true;
    }

    private void onSilence() {
        if (silence.isProbe()) {
            silence.hear(0);
            reader.receiveProbe();
            return;
        }
        boolean tellsPeer = silence.isKeepAlive();
        drop();
        reader.peer().receiveTimeout();
        if (tellsPeer) {
            sendReset(); // Linux does so in tcp_keepalive_timer only
        }
    }

    // ---- holding

    /**
     * Holds all segments from now on, including those in flight.
     *
     * @param suspendDelivery true if bytes that have arrived, and were not read, are held too
     * @param loses true if the held segments are lost: they leave when they are retransmitted, and an RST never does
     */
    void hold(boolean suspendDelivery, boolean loses) {
        hold.begin(suspendDelivery, loses);
        arrivals.moveTo(hold);
        if (hold.cut && aborted) {
            abandonRetransmissions();
        }
    }

    /** Ends the hold, and lets the reader see the bytes that had arrived. The held segments still have to be sent. */
    void open() {
        hold.end();
    }

    /** Transmits the segments that were held before {@link #open}. */
    void transmitReleased() {
        if (hold.released) {
            hold.released = false;
            transmitHeld();
        }
    }

    private void transmitHeld() {
        long count = hold.bytes;
        boolean withFin = hold.fin;
        boolean withReset = hold.reset;
        clearHeld();
        if (count > 0 || withFin) {
            transmit(count, withFin);
        }
        if (withReset) {
            sendReset();
        }
    }

    private void clearHeld() {
        hold.clear();
        blackholed = false;
    }

    // ---- discarding

    /** Loses the segments that have to be retransmitted, and those behind them, which cannot be read without them. */
    private void abandonRetransmissions() {
        arrivals.moveUnsentTo(hold, arrivals.isEmpty() ? 0 : timers.now());
        long count = hold.bytes;
        boolean lostFin = hold.fin;
        clearHeld();
        bytes = Math.max(0, bytes - count);
        fin &= !lostFin;
        pipe.lost(count, lostFin);
    }

    /** The writer took back the last {@code count} bytes of the queue. */
    void withdrawn(long count) {
        long left = Math.min(count, bytes);
        bytes -= left;
        long taken = Math.min(left, hold.bytes);
        hold.bytes -= taken;
        left -= taken;
        arrivals.withdraw(left);
        if (hold.bytes == 0 && !hold.fin) {
            blackholed = false;
        }
    }

    /** Loses all segments in flight. */
    void drop() {
        long count = bytes;
        boolean lostFin = fin;
        bytes = 0;
        fin = false;
        aborted = true;
        arrivals.clear();
        clearHeld();
        pipe.lost(count, lostFin);
    }

    // ---- ACKs

    /** Bytes that were read, and whose ACK has not arrived by now. */
    long unacknowledged() {
        return acks.unacknowledged();
    }

    void acknowledge(long count) {
        acks.acknowledge(count);
    }

    /** Holds ACKs from now on, or releases the held ones. */
    void holdAcks(boolean now) {
        acks.hold(now);
        ackWithheld &= now;
        if (!now) {
            linger.acksReleased(acks.latency());
        }
        pipe.sendWaitingFin();
    }

    // ---- time

    /** Adds the timer to {@code chain} if it must be started or cancelled after the lock is released. */
    @Nullable
    Deferred chainIfDue(@Nullable Deferred chain) {
        updateSilence();
        return timer.chainIfDue(chain);
    }

    SilenceTimer silence() {
        return silence;
    }

    Linger linger() {
        return linger;
    }

    /** Starts or ends the wait of the writer for an answer. */
    private void updateSilence() {
        boolean silent = hold.active || acks.isSilent() || (route != null && route.losesAll());
        boolean unacknowledged = hold.bytes > 0 || hold.fin || ackWithheld;
        silence.update(unacknowledged || (silent && pipe.freeSpace() <= 0), silent, linger.isActive());
    }

    /** The instant at which {@link #receive} must run next; {@link Timers#NEVER} for none. */
    long nextEvent() {
        if (reader.closed && reader.peer().closed && !linger.isActive()) {
            return Timers.NEVER;
        }
        long next = Math.min(arrivals.nextAt(), Math.min(silence.at(), linger.endsAt()));
        if (pipe.freeSpace() <= 0) { // while the send window is open, no writer waits for an ACK
            next = Math.min(next, acks.nextArrival());
        }
        return next;
    }
}
