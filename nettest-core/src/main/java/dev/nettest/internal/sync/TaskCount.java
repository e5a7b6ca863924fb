package dev.nettest.internal.sync;

/** Counts the running tasks of an executor. {@link ReadyBits#CLOSED} holds after its shutdown, once no task is left. */
public final class TaskCount extends Pollable {

    private int running;
    private boolean shutdown;

    public TaskCount() {
        super(new Monitor());
    }

    public void begin() {
        monitor.lock();
        running++;
        monitor.leave();
    }

    public void end() {
        monitor.lock();
        running--;
        monitor.leave();
    }

    public void shutdown() {
        monitor.lock();
        shutdown = true;
        monitor.leave();
    }

    @Override
    protected boolean holds(int condition, long amount) {
        return condition == ReadyBits.CLOSED && shutdown && running == 0;
    }
}
