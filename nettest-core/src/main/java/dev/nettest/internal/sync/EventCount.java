package dev.nettest.internal.sync;

import java.util.concurrent.atomic.AtomicLong;

/** A counter to wait on: {@link ReadyBits#CHANGED} holds while it exceeds the amount. Takes the lock itself. */
public final class EventCount extends Pollable {

    private final AtomicLong count = new AtomicLong();

    public EventCount() {
        super(new Monitor());
    }

    /** The present count. Takes no lock. */
    public long count() {
        return count.get();
    }

    /** Adds one. */
    public void advance() {
        monitor.lock();
        count.incrementAndGet();
        monitor.leave();
    }

    /** Raises the count to {@code number}, unless it is higher already. */
    public void advanceTo(long number) {
        monitor.lock();
        count.set(Math.max(count.get(), number));
        monitor.leave();
    }

    @Override
    protected boolean holds(int condition, long amount) {
        return condition == ReadyBits.CHANGED && count.get() > amount;
    }
}
