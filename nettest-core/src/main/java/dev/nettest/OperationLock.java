package dev.nettest;

import dev.nettest.internal.net.OperationLockImpl;
import java.time.Duration;
import java.util.Objects;

/**
 * A lock that an operation holds while it waits in a network, like the read and write locks in the JDK's sockets. An
 * adapter uses it to let one operation of a socket wait behind another.
 *
 * <p>A wait for the lock is a wait in the network: a registered thread counts as waiting, and timeouts run on the
 * network's clock. Like in the JDK's sockets an interrupt does not end the wait; the interrupt status is kept. The lock
 * is not reentrant. Any thread may call any method at any time.
 */
public sealed interface OperationLock permits OperationLockImpl {

    /** A free lock whose waits belong to {@code network}. */
    static OperationLock of(Network network) {
        return OperationLockImpl.of(Objects.requireNonNull(network, "network"));
    }

    /**
     * Waits until the lock is free, without limit, and takes it.
     *
     * @throws IllegalStateException if the current thread holds it, or may not wait in this network
     */
    void lock();

    /**
     * Waits until the lock is free, and takes it.
     *
     * @return the rest of {@code timeout}, which is positive; zero if the lock was not taken in time
     * @throws IllegalArgumentException if {@code timeout} is not positive
     * @throws IllegalStateException if the current thread holds it, or may not wait in this network
     */
    Duration lock(Duration timeout);

    /**
     * Frees the lock, and wakes the thread that has waited longest.
     *
     * @throws IllegalStateException if the current thread does not hold it
     */
    void unlock();

    /** True if another thread than the current one holds the lock now. */
    boolean isHeldByAnother();
}
