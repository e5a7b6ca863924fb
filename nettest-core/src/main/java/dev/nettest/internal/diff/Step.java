package dev.nettest.internal.diff;

import dev.nettest.TraceEvent;
import dev.nettest.TracePayload;

/** An event as the comparison sees it. */
final class Step {

    private static final byte[] UNKNOWN = new byte[0];

    private final TraceEvent event;
    private final String text;
    private final long size;
    private final long count;
    private final boolean isStream;
    private final byte[] known;

    private Step(TraceEvent event, String text, long size, long count, boolean isStream, byte[] known) {
        this.event = event;
        this.text = text;
        this.size = size;
        this.count = count;
        this.isStream = isStream;
        this.known = known;
    }

    static Step state(TraceEvent event, String text, long count) {
        return new Step(event, text, 0, count, false, UNKNOWN);
    }

    static Step stream(TraceEvent event, String text, long size, long count, TracePayload payload) {
        return new Step(event, text, size, count, true, payload.bytes());
    }

    static Step datagrams(TraceEvent event, String text, long size, long count, TracePayload payload) {
        return new Step(event, text, size, count, false, payload.bytes());
    }

    boolean isSameDirection(Step other) {
        return isStream && other.isStream && text.equals(other.text);
    }

    long bytes() {
        return size * count;
    }

    TraceEvent event() {
        return event;
    }

    /** The properties that must be equal, apart from sizes, bytes and times. */
    String text() {
        return text;
    }

    /** The bytes of one operation; 0 if it transfers none. */
    long size() {
        return size;
    }

    /** The number of equal operations. */
    long count() {
        return count;
    }

    /** True if the bytes belong to a stream, so that the sizes of operations may differ. */
    boolean isStream() {
        return isStream;
    }

    /** The first bytes of all operations. */
    byte[] known() {
        return known;
    }
}
