package dev.nettest.internal.sync;

/** Lets connects through, or makes them wait. Initially open. Takes the lock itself. */
public final class DialGate extends Pollable {

    private boolean closed;

    public DialGate() {
        super(new Monitor());
    }

    /** Makes connects wait from now on, or lets them continue. */
    public void setClosed(boolean now) {
        monitor.lock();
        closed = now;
        monitor.leave();
    }

    @Override
    protected boolean holds(int condition, long amount) {
        return condition == ReadyBits.OPEN && !closed;
    }
}
