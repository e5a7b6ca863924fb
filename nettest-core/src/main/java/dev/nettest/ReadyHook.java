package dev.nettest;

import dev.nettest.internal.net.ReadyHookImpl;
import java.util.Set;

/**
 * A callback for the conditions of one socket that can be armed any number of times, see {@link Awaitable#readyHook}. A
 * selector has one for each key. {@link Awaitable#onReady} is simpler for a single call. Arming and calling back
 * allocate nothing. Any thread may call any method at any time; none waits.
 */
public sealed interface ReadyHook permits ReadyHookImpl {

    /**
     * Has the callback run once when one of {@code conditions} holds. They replace those of an earlier call. If one
     * holds now, the callback does not run, and the hook is not armed.
     *
     * @return true if the hook is armed; false if a condition holds now
     * @throws IllegalArgumentException if the type of the socket has no such condition
     */
    boolean arm(Set<Readiness> conditions);

    /** True if {@code condition} holds now. Every condition counts as holding after a close. */
    boolean isReady(Readiness condition);

    /**
     * True if a connection can transfer no byte any more, like {@code POLLHUP} of {@code poll(2)}. It was reset or
     * timed out, or both directions are shut. For a datagram endpoint: an error waits for the next operation, like
     * {@code POLLERR}. After a disconnect that operation drops it. Also true after a close.
     */
    boolean isHungUp();

    /** Disarms the hook. A callback that has begun is not stopped. Idempotent. */
    void disarm();
}
