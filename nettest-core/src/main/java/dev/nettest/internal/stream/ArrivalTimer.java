package dev.nettest.internal.stream;

import dev.nettest.internal.sync.DeferredTimer;
import dev.nettest.internal.sync.Monitor;
import dev.nettest.internal.sync.Timers;

/** The one timer of an {@link InFlight}, armed for its next event. */
final class ArrivalTimer extends DeferredTimer {

    private final InFlight inFlight;
    private final Timers timers;

    ArrivalTimer(InFlight inFlight, Monitor monitor, Timers timers) {
        super(monitor, timers);
        this.inFlight = inFlight;
        this.timers = timers;
    }

    @Override
    protected long wantedAt() {
        return inFlight.nextEvent();
    }

    @Override
    protected boolean isDelivery(long instant) {
        return instant != inFlight.silence().at();
    }

    @Override
    protected void onDue(long due) {
        inFlight.receive(timers.now());
    }
}
