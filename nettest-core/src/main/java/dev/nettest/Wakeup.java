package dev.nettest;

import dev.nettest.internal.net.WakeupImpl;
import java.io.Closeable;
import java.time.Duration;
import java.util.Objects;

/**
 * A flag that one thread of an adapter waits for, like an {@code eventfd} of Linux. A selector waits with it.
 *
 * <p>A wait for it is a wait in the network: a registered thread counts as waiting, and a snapshot names the thread.
 * {@link #set()} counts the thread as runnable before it wakes it. The end of the network sets the flag. Waits after
 * that end too, but a timeout then always runs in real time. Any thread may call any method at any time.
 */
public sealed interface Wakeup extends Closeable permits WakeupImpl {

    /** A flag that is not set. Its waits belong to {@code network}, until it is {@linkplain #close() closed}. */
    static Wakeup of(Network network) {
        return WakeupImpl.of(Objects.requireNonNull(network, "network"));
    }

    /** Sets the flag, which ends a wait. Idempotent. Does not wait, and allocates nothing. */
    void set();

    /** Clears the flag. Does not wait. */
    void clear();

    /** True if the flag is set. */
    boolean isSet();

    /**
     * Waits until the flag is set. The flag stays set. An interrupt does not end the wait; the interrupt status is
     * kept.
     *
     * @param timeout zero means no timeout
     * @param time the clock of the timeout
     * @return false if the timeout passed first
     * @throws IllegalArgumentException if {@code timeout} is negative
     * @throws IllegalStateException if the current thread may not wait in this network
     */
    boolean await(Duration timeout, TimeoutClock time);

    /**
     * Like {@link #await(Duration, TimeoutClock)}, but an interrupt ends the wait.
     *
     * @throws InterruptedException if the thread is interrupted before or during the wait; clears the interrupt status
     */
    boolean awaitInterruptibly(Duration timeout, TimeoutClock time) throws InterruptedException;

    /** Its waits do not belong to the network any more; sets the flag. Idempotent. */
    @Override
    void close();

    /**
     * Adds a note about the {@linkplain #close() close} to the exception of a call after it, such as a select of a
     * closed selector.
     *
     * <p>A thread that makes such calls again and again is a loop that ignores the close. Failures of the network name
     * it, with its line and the number of calls. With {@link NetworkConfig#checksLeaks() checks}, the close of the
     * network fails for a loop that does not end within a second.
     *
     * @param operation the method that the current thread called, such as {@code select}
     * @param closed says what is closed, such as {@code the selector was closed}
     * @return {@code failure}
     */
    <E extends Exception> E calledAfterClose(E failure, String operation, String closed);
}
