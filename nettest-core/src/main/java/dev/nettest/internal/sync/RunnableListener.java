package dev.nettest.internal.sync;

/** Counts one registered thread in one network: told when the thread becomes runnable and when it waits. */
public interface RunnableListener {

    /** The thread becomes runnable. Called by its waker, before the wake-up. */
    void runnable();

    /** The thread is about to wait. Called by the thread itself, outside every lock. */
    void waiting();
}
