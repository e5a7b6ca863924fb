package dev.nettest.kernel;

/** A thread's part in one network, which is told when the thread can run and when it waits. */
public interface Membership {

    /** The thread became able to run. Called by whoever wakes it, before it does. */
    void runnable();

    /** The thread is about to wait in a network. Called by itself, outside every lock. */
    void waiting();
}
