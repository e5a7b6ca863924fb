package dev.nettest.kernel;

import dev.nettest.kernel.Verdict.Effect;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams that arrived at one address and wait to be received, bounded by the memory that they take, and what a connected one
 * knows besides: its peer, and whether word came back that nobody is bound there.
 *
 * <p>The ladder of a receive: closed, fault due, word of an unreachable peer, datagrams, wait. That of a send: closed, fault due, word
 * of an unreachable peer, no room for what does not leave. Whoever meets that word takes it, once; as {@code sk_err} on Linux it comes before datagrams that are there.
 *
 * <p>Methods expect the lock held, unless they say otherwise.
 */
public final class DatagramQueue extends Pollable {

    /** A receive buffer without bound. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** How many datagrams, and of what size at most, are kept to be used again. */
    private static final int SPARES = 16;

    private static final int SPARE_SIZE = 2048;

    /** What Linux has for {@code net.core.wmem_default}. */
    private static final int SEND_BUFFER = 212_992;

    /** What is put off until so many others have gone by. */
    private static final class Held<T> {
        private final T what;
        private long left;

        Held(T what, long left) {
            this.what = what;
            this.left = left;
        }
    }

    private final ArrayDeque<Datagram> queue = new ArrayDeque<>(4);
    private final ArrayDeque<Datagram> spares = new ArrayDeque<>(0);
    private final Timers timers;
    private final List<Held<Datagram>> heldArrivals = new ArrayList<>(0);
    private final List<Held<Runnable>> heldDepartures = new ArrayList<>(0);
    private int capacity;
    private long used;

    /**
     * Linux takes what has arrived over in batches, and gives its memory back in portions: a quarter of the capacity at least, and the rest
     * with the last of a batch.
     */
    private int batch;

    private long unreleased;
    private long bytes;
    private long arrived;
    private long dropped;
    private boolean closed;
    private boolean unreachable;

    /** Nothing gets to its owner, or from it: its host is cut off. */
    private boolean frozen;

    /** Word of an unreachable peer that came meanwhile. */
    private boolean unreachableLater;

    /** The memory of what was sent and has not left. */
    private long departing;

    private volatile @Nullable SocketAddress peer;
    private @Nullable SocketAddress lastSender;
    private @Nullable Gate receives;
    private @Nullable Gate sends;

    public DatagramQueue(int capacity, Timers timers) {
        super(new Monitor());
        this.capacity = capacity;
        this.timers = timers;
    }

    public void lock() {
        monitor.lock();
    }

    /** Unlocks and wakes those who can proceed. */
    public void leave() {
        monitor.leave();
    }

    // ---- arriving

    /** What came of an arrival. */
    public enum Arrival {
        QUEUED,
        /** There was no room. */
        DROPPED,
        /** Nobody is there any more, or nobody for this sender. */
        REFUSED
    }

    /** Queues what remains in {@code source}, and consumes nothing of it. */
    public Arrival offer(SocketAddress sender, ByteBuffer source, Departure departure) {
        if (closed || !listensTo(sender)) {
            return Arrival.REFUSED;
        }
        int cost = Datagram.cost(source.remaining());
        if (capacity != UNLIMITED && used > 0 && used + cost > capacity) { // an empty queue takes any
            dropped++;
            return Arrival.DROPPED;
        }
        Datagram datagram = spares.poll();
        if (datagram == null) {
            datagram = new Datagram(sender, source);
        } else {
            datagram.refill(sender, source);
        }
        if (departure.corrupts()) {
            datagram.corrupt(datagram.size(), departure.dice());
        }
        used += cost;
        bytes += datagram.size();
        arrived++;
        queue.add(datagram);
        return Arrival.QUEUED;
    }

    /** Whether a datagram of {@code sender} is for this one. Needs no lock. */
    public boolean listensTo(SocketAddress sender) {
        SocketAddress only = peer;
        return only == null || only.equals(sender);
    }

    /** Word came that nobody is bound at {@code target}; means nothing unless it is the peer. */
    public void bounced(SocketAddress target) {
        if (!closed && target.equals(peer)) {
            unreachableLater = frozen;
            unreachable |= !frozen;
        }
    }

    /** Keeps what arrives, and has arrived, from its owner, or lets it go. */
    public void freeze(boolean cold) {
        frozen = cold;
        if (!cold) {
            unreachable |= unreachableLater;
            unreachableLater = false;
        }
    }

    public boolean isFrozen() {
        return frozen;
    }

    // ---- receiving

    /**
     * Takes the first datagram: as much of it as {@code target} has room for, and the rest is lost.
     *
     * @return how many bytes, with {@link #lastSender()} then, or an {@link Outcome}
     */
    public int receive(ByteBuffer target) {
        if (closed) {
            return Outcome.CLOSED;
        }
        Gate now = receives;
        if (now == null || isFirstJudged()) {
            return take(target);
        }
        now.begin();
        Effect effect = now.effect();
        if (effect == Effect.STALL) {
            now.heldUp();
            return Outcome.BLOCKED;
        }
        if (effect == Effect.FAIL && !(now.isAfterBuffered() && hasNews())) {
            return now.act(Outcome.FAULT);
        }
        Datagram first = frozen ? null : queue.peek();
        if (isTold() || first == null) {
            return take(target);
        }
        if (effect == Effect.CORRUPT) {
            first.corrupt(target.remaining(), now.dice());
        }
        List<Datagram> copies = effect == Effect.DUPLICATE ? copies(first, now.amount()) : List.of();
        int count = take(target);
        now.completed(count);
        releaseArrivals();
        copies.forEach(this::putFirst);
        return count;
    }

    private int take(ByteBuffer target) {
        if (takeWord()) {
            return Outcome.UNREACHABLE;
        }
        Datagram first = frozen ? null : pollFirst();
        if (first == null) {
            return Outcome.BLOCKED;
        }
        lastSender = first.sender();
        int count = first.copyTo(target);
        if (spares.size() < SPARES && first.room() <= SPARE_SIZE) {
            spares.push(first);
        }
        return count;
    }

    /**
     * Takes the word of an unreachable peer; whether it is told. It outlives the connection, and then the JDK tells nobody of it: a receive
     * goes on, and a send takes it for success, although Linux did not send.
     */
    private boolean takeWord() {
        boolean told = isTold();
        unreachable = false;
        return told;
    }

    private boolean isTold() {
        return unreachable && peer != null;
    }

    private @Nullable Datagram pollFirst() {
        if (batch == 0) {
            batch = queue.size();
        }
        Datagram first = queue.poll();
        if (first != null) {
            batch--;
            unreleased += Datagram.cost(first.size());
            bytes -= first.size();
            if (batch == 0 || unreleased >= capacity / 4) {
                used -= unreleased;
                unreleased = 0;
            }
        }
        return first;
    }

    private void putFirst(Datagram datagram) {
        datagram.judged = true;
        used += Datagram.cost(datagram.size());
        bytes += datagram.size();
        batch++;
        queue.addFirst(datagram);
    }

    private static List<Datagram> copies(Datagram first, long count) {
        List<Datagram> copies = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            copies.add(first.copy());
        }
        return copies;
    }

    /** Of what was held those whose turn it is come next. */
    private void releaseArrivals() {
        List<Datagram> due = released(heldArrivals);
        for (int i = due.size() - 1; i >= 0; i--) {
            putFirst(due.get(i));
        }
    }

    private static <T> List<T> released(List<Held<T>> held) {
        if (held.isEmpty()) {
            return List.of();
        }
        List<T> due = new ArrayList<>();
        for (Iterator<Held<T>> all = held.iterator(); all.hasNext(); ) {
            Held<T> one = all.next();
            if (--one.left == 0) {
                due.add(one.what);
                all.remove();
            }
        }
        return due;
    }

    /** Who sent the datagram that was received last. */
    public SocketAddress lastSender() {
        if (lastSender == null) {
            throw new AssertionError("nothing was received yet");
        }
        return lastSender;
    }

    // ---- sending

    /** What becomes of a datagram of so many bytes that is to be sent now. */
    public Departure depart(int count) {
        if (closed) {
            return Departure.CLOSED;
        }
        Gate now = sends;
        if (now == null) {
            return goOn();
        }
        now.begin();
        Effect effect = now.effect();
        if (effect == Effect.STALL) {
            now.heldUp();
            return Departure.BLOCKED;
        }
        if (effect == Effect.FAIL) {
            return Departure.failed(now.act(Outcome.FAULT));
        }
        if (unreachable || isFull()) {
            return goOn();
        }
        long amount = now.amount();
        now.completed(count);
        List<Runnable> released = released(heldDepartures);
        return switch (effect) {
            case DROP -> new Departure(0, 0, false, 0, 0, released);
            case DUPLICATE -> new Departure(0, (int) Math.min(Integer.MAX_VALUE, 1 + amount), false, 0, 0, released);
            case CORRUPT -> new Departure(0, 1, true, amount, 0, released);
            case REORDER -> new Departure(0, 1, false, 0, amount, released);
            default -> released.isEmpty() ? Departure.PLAIN : new Departure(0, 1, false, 0, 0, released);
        };
    }

    private Departure goOn() {
        if (unreachable) {
            return takeWord() ? Departure.UNREACHABLE : Departure.LOST;
        }
        if (isFull()) {
            return Departure.BLOCKED;
        }
        List<Runnable> released = released(heldDepartures);
        return released.isEmpty() ? Departure.PLAIN : new Departure(0, 1, false, 0, 0, released);
    }

    /** One of so many bytes was sent and waits for its host to be able to send. */
    public void departing(int count) {
        departing += Datagram.cost(count);
    }

    /** It left. */
    public void departed(int count) {
        departing -= Datagram.cost(count);
    }

    /** As on Linux the last one may go beyond it. */
    private boolean isFull() {
        return departing >= SEND_BUFFER;
    }

    /** Puts {@code delivery} off until so many others have departed. */
    public void hold(Runnable delivery, long after) {
        heldDepartures.add(new Held<>(delivery, after));
    }

    // ---- connecting

    /** Hears {@code only} that one from now on; what had arrived is gone, as with the JDK. Null for everybody. */
    public void connect(@Nullable SocketAddress only) {
        if (only != null) {
            clear();
            unreachable = false;
            unreachableLater = false;
        }
        peer = only;
    }

    /** Needs no lock. */
    public @Nullable SocketAddress peer() {
        return peer;
    }

    // ---- ending

    /** What had arrived is gone; what was held back of its own is returned, to go out now. */
    public List<Runnable> close() {
        closed = true;
        clear();
        List<Runnable> held = new ArrayList<>();
        heldDepartures.forEach(one -> held.add(one.what));
        heldDepartures.clear();
        return held;
    }

    private void clear() {
        queue.clear();
        heldArrivals.clear();
        spares.clear();
        batch = 0;
        unreleased = 0;
        used = 0;
        bytes = 0;
    }

    public boolean isClosed() {
        return closed;
    }

    // ---- looking

    public int capacity() {
        return capacity;
    }

    public void capacity(int most) {
        capacity = most;
    }

    /** How many datagrams wait to be received. */
    public int size() {
        return queue.size();
    }

    /** Their bytes, without what is counted for memory. */
    public long bytes() {
        return bytes;
    }

    /** How many found no room. */
    public long dropped() {
        return dropped;
    }

    /** How many were ever queued. */
    public long arrived() {
        return arrived;
    }

    // ---- faults

    /** Has every receive from here on judged by {@code judge}; asks it anew where it is there already. */
    public void judgeReceives(Judge judge) {
        receives = Gate.renewed(receives, this, judge, timers);
    }

    /** Has every send from here on judged by {@code judge}; asks it anew where it is there already. */
    public void judgeSends(Judge judge) {
        sends = Gate.renewed(sends, this, judge, timers);
    }

    /** The verdict that the last receive ran into; null for none. */
    public @Nullable Verdict actedOnReceive() {
        return receives == null ? null : receives.acted();
    }

    /** The verdict that the last send ran into; null for none. */
    public @Nullable Verdict actedOnSend() {
        return sends == null ? null : sends.acted();
    }

    @Override
    @Nullable
    Gate collectWork(@Nullable Gate chain) {
        Gate rest = chain;
        if (receives != null) {
            takeOut(receives);
            if (hasNews() && hasWaiter(Condition.READABLE)) {
                receives.heldUp();
            }
            rest = receives.chainIfDue(rest, hasNews());
        }
        if (sends != null) {
            if (hasWaiter(Condition.WRITABLE)) {
                sends.heldUp();
            }
            rest = sends.chainIfDue(rest, true);
        }
        return rest;
    }

    /** A datagram that is to be lost, or to come later, makes nobody ready: it leaves the queue before anybody sees it. */
    private void takeOut(Gate now) {
        Effect effect = now.effect();
        if (closed
                || frozen
                || queue.isEmpty()
                || isFirstJudged()
                || (effect != Effect.DROP && effect != Effect.REORDER)) {
            return;
        }
        long after = now.amount();
        Datagram first = pollFirst();
        if (first != null) {
            now.completed(first.size());
            releaseArrivals();
            if (effect == Effect.REORDER) {
                heldArrivals.add(new Held<>(first, after));
            }
        }
    }

    private boolean isFirstJudged() {
        Datagram first = frozen ? null : queue.peek();
        return first != null && first.judged;
    }

    private boolean hasNews() {
        return isTold() || (!frozen && !queue.isEmpty());
    }

    // ---- conditions

    @Override
    boolean holds(int condition, long amount) {
        return switch (condition) {
            case Condition.READABLE -> closed || isReadable();
            case Condition.WRITABLE -> closed || ((sends == null || sends.effect() != Effect.STALL) && !isFull());
            case Condition.CLOSED -> closed;
            case Condition.ARRIVED -> arrived >= amount;
            default -> false;
        };
    }

    @Override
    boolean isHopeless(int condition, long amount) {
        return closed;
    }

    private boolean isReadable() {
        Gate now = receives;
        if (now == null || isFirstJudged()) {
            return hasNews();
        }
        return switch (now.effect()) {
            case STALL -> false;
            case FAIL -> true;
            default -> hasNews();
        };
    }
}
