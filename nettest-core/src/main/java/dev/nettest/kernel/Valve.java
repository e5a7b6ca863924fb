package dev.nettest.kernel;

/** What lets dials through, or has them wait. Open at first. Takes the lock itself. */
public final class Valve extends Pollable {

    private volatile boolean shut;

    public Valve() {
        super(new Monitor());
    }

    /** Whether dials have to wait now. */
    public boolean isShut() {
        return shut;
    }

    /** Has dials wait, or lets them go on. */
    public void shut(boolean now) {
        monitor.lock();
        shut = now;
        monitor.leave();
    }

    @Override
    boolean holds(int condition, long amount) {
        return condition == Condition.OPEN && !shut;
    }
}
