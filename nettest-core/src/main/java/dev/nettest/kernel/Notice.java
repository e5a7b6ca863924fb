package dev.nettest.kernel;

/** Tells those who wait for it that something came about; {@link Condition#CHANGED} since the version that is the amount. */
public final class Notice extends Pollable {

    private long version;

    public Notice() {
        super(new Monitor());
    }

    public long version() {
        monitor.lock();
        try {
            return version;
        } finally {
            monitor.unlock();
        }
    }

    public void give() {
        monitor.lock();
        version++;
        monitor.leave();
    }

    @Override
    boolean holds(int condition, long amount) {
        return condition == Condition.CHANGED && version != amount;
    }
}
