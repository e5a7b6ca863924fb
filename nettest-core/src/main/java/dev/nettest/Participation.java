package dev.nettest;

import dev.nettest.internal.time.ThreadParticipation;

/**
 * The registration of a thread in a network; see {@link Network#participate()}. Any thread may close it. Closing is
 * idempotent. Closing the network closes it too.
 */
public sealed interface Participation extends AutoCloseable permits ThreadParticipation {

    /** Unregisters the thread. */
    @Override
    void close();
}
