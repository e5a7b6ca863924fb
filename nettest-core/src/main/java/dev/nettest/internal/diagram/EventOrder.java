package dev.nettest.internal.diagram;

import dev.nettest.TraceEvent;
import java.util.ArrayList;
import java.util.List;

/** The order of rows. A write is recorded when it returns, and its segments are in flight before. */
final class EventOrder {

    private EventOrder() {}

    /** The events, with each write before the segments that it sent. */
    static List<TraceEvent> writesBeforeSegments(List<TraceEvent> events) {
        List<TraceEvent> ordered = new ArrayList<>(events);
        for (int i = 0; i < ordered.size(); i++) {
            if (ordered.get(i) instanceof TraceEvent.Written written) {
                ordered.remove(i);
                ordered.add(firstSegment(ordered, i, written), written);
            }
        }
        return ordered;
    }

    /** The place of the first segment of {@code written}, whose segments end before the place {@code end}. */
    private static int firstSegment(List<TraceEvent> events, int end, TraceEvent.Written written) {
        long left = written.bytes() * written.count();
        int first = end;
        while (first > 0 && left > 0 && isSegmentOf(events.get(first - 1), written)) {
            first--;
            left -= events.get(first) instanceof TraceEvent.InFlight flight ? flight.bytes() : 0;
        }
        while (first > 0
                && events.get(first - 1) instanceof TraceEvent.Retransmitted lost
                && isSegmentOf(lost, written)) {
            first--;
        }
        return first;
    }

    private static boolean isSegmentOf(TraceEvent event, TraceEvent.Written written) {
        boolean segment = event instanceof TraceEvent.Retransmitted
                || (event instanceof TraceEvent.InFlight inFlight && inFlight.bytes() > 0);
        return segment
                && event instanceof TraceEvent.OfSocket ofSocket
                && ofSocket.socket().equals(written.socket())
                && event.time().equals(written.time());
    }
}
