package dev.nettest.internal.net;

import dev.nettest.NetworkConfig;
import dev.nettest.internal.util.CallSite;
import org.jspecify.annotations.Nullable;

/**
 * Why and with what effect something was closed, as the detail of an event.
 *
 * @param unread the bytes that were not read; they make the close send an RST
 * @param line the line that closed it; null if it is unknown
 */
record CloseDetail(
        Cause cause,
        long unread,
        boolean sendsReset,
        @Nullable StackTraceElement line) {

    /** The actor that closed it. */
    enum Cause {
        OWNER(""),
        INTERRUPT(" by an interrupt"),
        CRASH(" by the crash of its host"),
        BRIDGE(" by its bridge"),
        NETWORK(" by the end of the network"),
        LISTENER(" by the close of its listener"),
        CONNECT(" because its connect failed"),
        CANCEL(" because its connect was cancelled");

        private final String text;

        Cause(String text) {
            this.text = text;
        }
    }

    /** Null if there is nothing to tell beyond the event itself. */
    static @Nullable CloseDetail of(Cause cause, long unread, boolean sendsReset, @Nullable StackTraceElement line) {
        return cause == Cause.OWNER && unread == 0 && !sendsReset && line == null
                ? null
                : new CloseDetail(cause, unread, sendsReset, line);
    }

    /** The close of a listener or a datagram endpoint, on the present line; null if there is nothing to tell. */
    static @Nullable CloseDetail of(Cause cause, NetworkConfig config) {
        return of(cause, 0, false, cause == Cause.OWNER && config.checksLeaks() ? CallSite.here() : null);
    }

    /** The actor, the line and what was unread, without the segments that it sends. */
    String reason() {
        return (cause.text
                        + (line == null ? "" : " at " + CallSite.place(line))
                        + (unread == 0 ? "" : " with " + (unread == 1 ? "1 byte" : unread + " bytes") + " unread"))
                .strip();
    }

    @Override
    public String toString() {
        String reason = reason();
        return (reason.isEmpty() ? "" : " " + reason) + (sendsReset ? ": RST" : "");
    }
}
