package dev.nettest.internal.sync;

import org.jspecify.annotations.Nullable;

/**
 * Work that a {@link Monitor} runs after it is unlocked: a timer to arm, a fault to evaluate. The chain runs through
 * the objects themselves, so that deferring allocates nothing. An object must not be chained again before it runs.
 */
public abstract class Deferred {

    private @Nullable Deferred next;

    /** Puts this in front of {@code chain}. The lock is held. */
    public final Deferred before(@Nullable Deferred chain) {
        next = chain;
        return this;
    }

    /** Does the work. The lock is free. */
    protected abstract void run();

    static void runAll(@Nullable Deferred chain) {
        for (Deferred deferred = chain; deferred != null; ) {
            Deferred rest = deferred.next; // read first: run() may chain the object again
            deferred.run();
            deferred = rest;
        }
    }
}
