package dev.nettest.jvm.internal.channel;

import java.nio.channels.Selector;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The inner selector that a select waits in. A poke ends the wait, or prevents the next one. It wakes only a selector
 * that waits, so that none of its wake-ups is left over for a later select. Any thread may poke; one thread waits.
 */
final class WaitingSelector {

    private final Lock beginning = new ReentrantLock();

    /** Guarded by this object. */
    private @Nullable Selector at;

    /** Guarded by this object. */
    private boolean poked;

    /** True while the kernel's selector waits for the networks too. */
    private volatile boolean several;

    /** True if several inner selectors have keys. Called before they are polled, so that no event is lost. */
    void severalHaveKeys(boolean now) {
        several = now;
    }

    /** Ends the wait, and lets none begin until {@link #resume()}. Only one thread at a time suspends. */
    void suspend() {
        beginning.lock();
        poke();
    }

    void resume() {
        beginning.unlock();
    }

    /** Begins a wait in {@code inner}; false if a poke came before. */
    boolean begin(Selector inner) {
        beginning.lock();
        try {
            return beginUnlessPoked(inner);
        } finally {
            beginning.unlock();
        }
    }

    private synchronized boolean beginUnlessPoked(Selector inner) {
        if (poked) {
            poked = false;
            return false;
        }
        at = inner;
        return true;
    }

    /** Ends the wait; true if a poke ended it. */
    synchronized boolean end() {
        at = null;
        boolean was = poked;
        poked = false;
        return was;
    }

    synchronized void poke() {
        poked = true;
        if (at != null) {
            at.wakeup();
        }
    }

    /** A key of a network may be ready: wakes the selector of the kernel if that waits for all. */
    void pokeKernel() {
        if (several) {
            poke();
        }
    }
}
