package dev.nettest.internal.diagram;

import dev.nettest.TraceEvent;
import dev.nettest.TraceEvent.Closed;
import dev.nettest.TraceEvent.WaitBegan;
import dev.nettest.TraceEvent.WaitEnded;
import dev.nettest.TraceEvent.WaitTimedOut;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The waits that have not ended. Only these have a row. */
final class OpenWaits {

    private final Set<Long> open = new HashSet<>();

    OpenWaits(List<TraceEvent> events) {
        List<WaitBegan> waiting = new ArrayList<>();
        for (TraceEvent event : events) {
            if (event instanceof WaitBegan began) {
                waiting.add(began);
            } else if (event instanceof WaitEnded ended) {
                waiting.removeIf(wait -> isAt(wait, ended) && wait.thread().equals(ended.thread()));
            } else if (event instanceof WaitTimedOut late) {
                waiting.removeIf(
                        wait -> isAt(wait, late) && wait.operation().toString().equals(late.operation()));
            } else if (event instanceof Closed closed) {
                waiting.removeIf(wait -> isAt(wait, closed));
            }
        }
        waiting.forEach(wait -> open.add(wait.number()));
    }

    private static boolean isAt(WaitBegan wait, TraceEvent.OfSocket event) {
        return wait.socket().id() == event.socket().id();
    }

    boolean isOpen(WaitBegan began) {
        return open.contains(began.number());
    }
}
