package dev.nettest.kernel;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What is under way in one half: sent, and not there yet. It travels, and then there is an instant at which it arrives; or it is withheld,
 * and waits to be let go. The other way the word travels that something was read, and until it is back there is no room for more. What was
 * sent arrives in the order in which it was sent.
 *
 * <p>The bytes are in the half's queue already; here they are counted. Guarded by the connection's monitor, but for {@link #settle}.
 */
final class Transit {

    /** What arrives at one instant: bytes, behind them a FIN, behind that an RST. */
    private static final class Flight {
        private final long at;
        private long bytes;
        private boolean fin;
        private boolean reset;

        Flight(long at) {
            this.at = at;
        }

        void add(long count, boolean withFin, boolean withReset) {
            bytes += count;
            fin |= withFin;
            reset |= withReset;
        }
    }

    private final Half half;
    private final End reader;
    private final Timers timers;

    private @Nullable Route route;

    /** The way back, which acknowledgements take. */
    private @Nullable Route back;

    private final ArrayDeque<Flight> flights = new ArrayDeque<>(4);
    private long lastArrival;

    /** Bytes under way, whether they travel or are withheld, and whether there is a FIN behind them. */
    private long bytes;

    private boolean fin;

    /** What does not travel: it is withheld, or what was sent before it is lost for good. */
    private long waitingBytes;

    private boolean waitingFin;
    private boolean waitingReset;
    private boolean held;
    private boolean frozen;
    private boolean stuck;
    private volatile long givesUpAt = Timers.NEVER;

    /** Bytes that were read, and for which the writer has no room yet. */
    private long unacknowledged;

    private final ArrayDeque<Flight> acknowledgements = new ArrayDeque<>(0);
    private long lastAcknowledgement;
    private long waitingAcknowledgements;
    private boolean acknowledgementsHeld;

    /** The instant of the timer that runs. */
    private volatile long armedAt = Timers.NEVER;

    private Timers.@Nullable Timer timer;
    private boolean settling;

    Transit(Half half, End reader, Timers timers) {
        this.half = half;
        this.reader = reader;
        this.timers = timers;
        reader.monitor.travelled = true;
    }

    /** Bytes that have not arrived. */
    long bytes() {
        return bytes;
    }

    boolean hasFin() {
        return fin;
    }

    /** Whether what has arrived, and was not read, is withheld too. */
    boolean isFrozen() {
        return frozen;
    }

    long unacknowledged() {
        if (!acknowledgements.isEmpty()) {
            receiveAcknowledgements(timers.now());
        }
        return unacknowledged;
    }

    /** Whether what is sent now arrives later. */
    boolean delays() {
        return held || stuck || route != null || !flights.isEmpty();
    }

    // ---- sending

    void send(int count) {
        bytes += count;
        depart(count, false, false);
    }

    void sendFin() {
        fin = true;
        depart(0, true, false);
    }

    void sendReset() {
        depart(0, false, true);
    }

    private void depart(long count, boolean withFin, boolean withReset) {
        if (held || stuck) {
            withhold(count, withFin, withReset);
        } else if (!delays()) {
            land(count, withFin, withReset);
        } else {
            travel(count, withFin, withReset);
        }
    }

    private void withhold(long count, boolean withFin, boolean withReset) {
        waitingBytes += count;
        waitingFin |= withFin;
        waitingReset |= withReset;
        if (givesUpAt == Timers.NEVER && (count > 0 || withFin)) {
            givesUpAt = Timers.deadline(timers.now(), Route.PATIENCE);
        }
    }

    private void travel(long count, boolean withFin, boolean withReset) {
        long now = timers.now();
        Route way = route;
        boolean segmented = way != null && way.isSegmented();
        long left = count;
        do {
            int segment = (int) Math.min(left, segmented ? Route.SEGMENT : Integer.MAX_VALUE);
            long arrival = way == null ? now : way.arrival(now, segment);
            if (arrival == Timers.NEVER) {
                stuck = true;
                withhold(left, withFin, withReset);
                return;
            }
            left -= segment;
            boolean last = left == 0;
            if (arrival <= now && flights.isEmpty()) {
                land(segment, withFin && last, withReset && last);
            } else {
                lastArrival = flights.isEmpty() ? arrival : Math.max(lastArrival, arrival);
                flightAt(flights, lastArrival).add(segment, withFin && last, withReset && last);
            }
        } while (left > 0);
    }

    private static Flight flightAt(ArrayDeque<Flight> queue, long at) {
        Flight last = queue.peekLast();
        if (last == null || last.at != at || last.fin || last.reset) {
            last = new Flight(at);
            queue.add(last);
        }
        return last;
    }

    // ---- arriving

    private void land(long count, boolean withFin, boolean withReset) {
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

    /** The timer for {@code due} has come, which may be no longer the one that is wanted. */
    private void passTime(long due) {
        reader.lock();
        try {
            if (armedAt == due) {
                armedAt = Timers.NEVER;
                timer = null;
            }
            long now = timers.now();
            while (!flights.isEmpty() && flights.getFirst().at <= now) {
                Flight flight = flights.removeFirst();
                land(flight.bytes, flight.fin, flight.reset);
            }
            receiveAcknowledgements(now);
            if (givesUpAt <= now) {
                giveUp();
            }
        } finally {
            reader.leave();
        }
    }

    private void receiveAcknowledgements(long now) {
        while (!acknowledgements.isEmpty() && acknowledgements.getFirst().at <= now) {
            unacknowledged -= acknowledgements.removeFirst().bytes;
        }
    }

    /** The writer has tried long enough. */
    private void giveUp() {
        givesUpAt = Timers.NEVER;
        lose();
        reader.peer().receiveTimeout();
    }

    // ---- withholding

    /**
     * Nothing arrives from here on, also of what travels.
     *
     * @param everything whether what has arrived, and was not read, is withheld too
     */
    void hold(boolean everything) {
        held = true;
        frozen = everything;
        for (Flight flight : flights) {
            withhold(flight.bytes, flight.fin, flight.reset);
        }
        flights.clear();
    }

    /** What was withheld leaves now, and what had arrived is there. */
    void release() {
        if (held) {
            held = false;
            frozen = false;
            leave();
        }
    }

    /** What waits leaves, unless it is withheld. */
    private void leave() {
        long count = waitingBytes;
        boolean withFin = waitingFin;
        boolean withReset = waitingReset;
        forgetWaiting();
        if (count > 0 || withFin || withReset) {
            depart(count, withFin, withReset);
        }
    }

    private void forgetWaiting() {
        waitingBytes = 0;
        waitingFin = false;
        waitingReset = false;
        stuck = false;
        givesUpAt = Timers.NEVER;
    }

    /** Whether word of what is read gets to the writer. */
    void holdAcknowledgements(boolean now) {
        if (acknowledgementsHeld && !now) {
            acknowledgementsHeld = false;
            long count = waitingAcknowledgements;
            waitingAcknowledgements = 0;
            unacknowledged -= count;
            acknowledge(count);
        }
        acknowledgementsHeld = now;
    }

    /**
     * Takes this way from now on; null for none.
     *
     * @param changed whether it is another one than before, so that what was lost for good is sent again
     */
    void route(@Nullable Route there, @Nullable Route andBack, boolean changed) {
        route = there;
        back = andBack;
        if (changed && stuck && !held) {
            leave();
        }
    }

    // ---- what becomes of the bytes besides

    /** The reader read some, and word of that sets out. */
    void acknowledge(long count) {
        if (acknowledgementsHeld) {
            unacknowledged += count;
            waitingAcknowledgements += count;
            return;
        }
        Route way = back;
        if (way == null && acknowledgements.isEmpty()) {
            return;
        }
        long now = timers.now();
        lastAcknowledgement = Math.max(lastAcknowledgement, way == null ? now : Timers.deadline(now, way.latency()));
        if (lastAcknowledgement > now && count > 0) {
            unacknowledged += count;
            flightAt(acknowledgements, lastAcknowledgement).add(count, false, false);
        }
    }

    /** The last {@code count} bytes in the queue were taken back by the writer. */
    void withdrawn(long count) {
        long left = Math.min(count, bytes);
        bytes -= left;
        long waited = Math.min(left, waitingBytes);
        waitingBytes -= waited;
        left -= waited;
        for (var newest = flights.descendingIterator(); left > 0 && newest.hasNext(); ) {
            Flight flight = newest.next();
            long taken = Math.min(left, flight.bytes);
            flight.bytes -= taken;
            left -= taken;
        }
        if (waitingBytes == 0 && !waitingFin && !waitingReset) {
            forgetWaiting(); // so that nobody gives up for it
        }
    }

    /** What is under way gets lost; whether a FIN does. */
    boolean lose() {
        boolean lostFin = fin;
        half.withdraw(Math.min(bytes, half.size()));
        bytes = 0;
        fin = false;
        flights.clear();
        forgetWaiting();
        return lostFin;
    }

    // ---- time

    /** Whether there is a timer to start, or to stop, once the lock is free. */
    boolean claimsSettling() {
        boolean claims = !settling && next() != armedAt;
        settling |= claims;
        return claims;
    }

    private long next() {
        if (reader.isClosed() && reader.peer().isClosed()) {
            return Timers.NEVER;
        }
        long next = givesUpAt;
        if (!flights.isEmpty()) {
            next = Math.min(next, flights.getFirst().at);
        }
        if (half.room() <= 0 && !acknowledgements.isEmpty()) { // while there is room, nobody waits for more
            next = Math.min(next, acknowledgements.getFirst().at);
        }
        return next;
    }

    /** Has the timer be the one that is wanted, until nobody wants another. The lock is free. */
    void settle() {
        while (disarm()) {
            arm();
        }
    }

    /** Stops the timer if another one is wanted; whether it is. */
    private boolean disarm() {
        Timers.Timer running = null;
        reader.monitor.lock();
        try {
            long wanted = next();
            settling = wanted != armedAt;
            if (settling) {
                armedAt = wanted;
                running = timer;
                timer = null;
            }
            return settling;
        } finally {
            reader.monitor.unlock();
            if (running != null) {
                running.cancel();
            }
        }
    }

    /** Starts the timer that is wanted; one that is late for that finds nothing to do. */
    private void arm() {
        long wanted = armedAt; // nobody else arms while this one settles
        if (wanted == Timers.NEVER) {
            return;
        }
        Runnable arrival = () -> passTime(wanted);
        Timers.Timer started = wanted == givesUpAt ? timers.schedule(wanted, arrival) : timers.deliver(wanted, arrival);
        boolean late;
        reader.monitor.lock();
        try {
            late = armedAt != wanted;
            timer = late ? null : started;
        } finally {
            reader.monitor.unlock();
        }
        if (late) {
            started.cancel();
        }
    }
}
