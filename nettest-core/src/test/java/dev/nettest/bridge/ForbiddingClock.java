package dev.nettest.bridge;

import dev.nettest.NetworkClock;
import dev.nettest.VirtualClock;
import java.time.Instant;

/** A manual clock that forbids a thread of a bridge to wait in the network, like the scheduler of a coroutine test. */
final class ForbiddingClock implements NetworkClock {
    final VirtualClock virtual = VirtualClock.manual();

    @Override
    public long nanoTime() {
        return virtual.nanoTime();
    }

    @Override
    public Instant now() {
        return virtual.now();
    }

    @Override
    public Timer schedule(long instant, Runnable action) {
        return virtual.schedule(instant, action);
    }

    @Override
    public boolean isVirtual() {
        return true;
    }

    @Override
    public void checkMayWait(boolean counted) {
        if (Thread.currentThread().getName().startsWith("nettest-bridge-")) {
            throw new IllegalStateException("a bridge waits in the network");
        }
    }

    @Override
    public void threadRunnable() {
        virtual.threadRunnable();
    }

    @Override
    public void threadWaiting() {
        virtual.threadWaiting();
    }
}
