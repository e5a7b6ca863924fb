package dev.nettest.contract;

/** Tells if a thread waits: on loopback in the kernel or in a lock of the JDK, in memory in a network. */
interface Waiting {

    /** Called first by each thread that a {@link Task} starts. */
    default void enter() {}

    /** Returns when the thread is blocked in an operation of this backend, or has ended. */
    void awaitBlocked(Thread thread);
}
