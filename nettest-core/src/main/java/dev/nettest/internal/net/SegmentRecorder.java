package dev.nettest.internal.net;

import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.stream.SegmentEvents;
import dev.nettest.internal.sync.Timers;
import org.jspecify.annotations.Nullable;

/** Records the segments in flight of one direction of a connection. */
record SegmentRecorder(ConnectionImpl sender, ConnectionImpl receiver) implements SegmentEvents {

    /** The control bits of segments, as the detail of an event. */
    enum Flags {
        FIN,
        RST,
        FIN_RST;

        static @Nullable Flags of(boolean fin, boolean reset) {
            if (!fin && !reset) {
                return null;
            }
            return !fin ? RST : reset ? FIN_RST : FIN;
        }

        boolean hasFin() {
            return this != RST;
        }

        boolean hasReset() {
            return this != FIN;
        }
    }

    /**
     * Segments in flight, as the detail of an event.
     *
     * @param delay the nanoseconds until they arrive; {@link Timers#NEVER} if that is not known
     */
    record Flight(long delay, @Nullable Flags flags) {}

    /**
     * A segment that was lost, as the detail of an event.
     *
     * @param delay the nanoseconds until it leaves again
     * @param offset the position of its first byte in the stream
     */
    record LostSegment(long delay, long offset) {}

    @Override
    public void inFlight(long bytes, boolean fin, boolean reset, long arrival) {
        sender.record(EventKind.IN_FLIGHT, bytes, new Flight(delay(arrival), Flags.of(fin, reset)));
    }

    private long delay(long instant) {
        return instant == Timers.NEVER
                ? Timers.NEVER
                : Math.max(0, instant - sender.network().timers().now());
    }

    @Override
    public void delivered(long bytes, boolean fin, boolean reset) {
        receiver.record(EventKind.DELIVER, bytes, Flags.of(fin, reset));
    }

    @Override
    public void retransmitted(long bytes, long offset, long departure) {
        sender.record(EventKind.RETRANSMIT, bytes, new LostSegment(delay(departure), offset));
    }
}
