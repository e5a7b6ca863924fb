package dev.nettest.internal.event;

import dev.nettest.TracePayload;
import org.jspecify.annotations.Nullable;

/**
 * One event, or several equal ones in a row.
 *
 * @param value the bytes of each, or another number of the kind
 * @param count the number of equal events
 * @param time the time of the first, in nanoseconds; {@link #UNTIMED} if it is not known
 * @param payload the first bytes that were sent; {@link TracePayload#EMPTY} if it sends none
 * @param detail more about it, with a text for a report; null for none
 */
public record Event(
        long number,
        EventKind kind,
        EventSubject subject,
        long value,
        long count,
        long time,
        TracePayload payload,
        @Nullable Object detail) {

    /** The time of an event that has none. */
    public static final long UNTIMED = Long.MIN_VALUE;
}
