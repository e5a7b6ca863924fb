package dev.nettest.internal.time;

import dev.nettest.Participation;

/** Unregisters a thread when it is closed. */
public final class ThreadParticipation implements Participation {

    private final Runnable unregister;

    public ThreadParticipation(Runnable unregister) {
        this.unregister = unregister;
    }

    @Override
    public void close() {
        unregister.run();
    }
}
