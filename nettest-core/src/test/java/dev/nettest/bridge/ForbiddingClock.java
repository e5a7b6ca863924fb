package dev.nettest.bridge;

import dev.nettest.NetworkClock;
import dev.nettest.VirtualClock;
import java.time.Instant;

/** A clock that only the test moves, on which no thread of a bridge may wait in the network, as on a coroutine test's scheduler. */
final class ForbiddingClock implements NetworkClock {
    final VirtualClock virtual = new VirtualClock();

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
