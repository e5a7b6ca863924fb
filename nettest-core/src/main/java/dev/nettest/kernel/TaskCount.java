package dev.nettest.kernel;

/** How many tasks an executor has running; {@link Condition#CLOSED} once it takes no more and none is left. */
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
    boolean holds(int condition, long amount) {
        return condition == Condition.CLOSED && shutdown && running == 0;
    }
}
