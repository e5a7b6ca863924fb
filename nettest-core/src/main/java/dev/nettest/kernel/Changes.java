package dev.nettest.kernel;

import java.util.concurrent.atomic.AtomicLong;

/** A count of changes, and who waits for the next one: {@link Condition#CHANGED}, with the count that was seen. Takes the lock itself. */
public final class Changes extends Pollable {

    private final AtomicLong count = new AtomicLong();

    public Changes() {
        super(new Monitor());
    }

    /** How many there were. Takes no lock. */
    public long count() {
        return count.get();
    }

    /** One more. */
    public void add() {
        monitor.lock();
        count.incrementAndGet();
        monitor.leave();
    }

    @Override
    boolean holds(int condition, long amount) {
        return condition == Condition.CHANGED && count.get() > amount;
    }
}
