package dev.nettest.kernel;

/** Hears of interrupts of a thread on the thread that interrupts it, while it waits. Called by the thread that waits. */
public interface Interrupts {

    /**
     * The thread is about to wait.
     *
     * @param whenInterrupted is run, also where the thread is interrupted already, before the interrupt has returned
     */
    void begin(Runnable whenInterrupted);

    /** It has waited. */
    void end();
}
