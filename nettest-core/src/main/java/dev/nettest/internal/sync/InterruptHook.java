package dev.nettest.internal.sync;

/** Observes interrupts of one thread while it waits. Its methods are called by that thread. */
public interface InterruptHook {

    /**
     * The thread is about to wait.
     *
     * @param whenInterrupted runs on the interrupting thread before {@code interrupt()} returns; immediately if the
     *     thread is interrupted already
     */
    void begin(Runnable whenInterrupted);

    /** The wait is over. */
    void end();
}
