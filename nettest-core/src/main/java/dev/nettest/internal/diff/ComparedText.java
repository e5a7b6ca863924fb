package dev.nettest.internal.diff;

import dev.nettest.TraceEvent;
import dev.nettest.internal.util.Addresses;
import dev.nettest.internal.util.Durations;
import java.net.SocketAddress;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The text of an event, without its socket, time, sizes and bytes. */
final class ComparedText {

    private ComparedText() {}

    /**
     * Null if the event is not compared.
     *
     * @param addresses gives the address with which a target is compared
     */
    static @Nullable String of(TraceEvent event, UnaryOperator<SocketAddress> addresses) {
        String text = ofState(event);
        return text != null ? text : ofTransfer(event, addresses);
    }

    private static @Nullable String ofTransfer(TraceEvent event, UnaryOperator<SocketAddress> addresses) {
        if (event instanceof TraceEvent.Written) {
            return "write";
        }
        if (event instanceof TraceEvent.BytesRead) {
            return "read";
        }
        if (event instanceof TraceEvent.EndOfStreamRead) {
            return "read the end of the stream";
        }
        if (event instanceof TraceEvent.DatagramSent sent) {
            return "send to " + Addresses.text(addresses.apply(sent.target()));
        }
        if (event instanceof TraceEvent.DatagramDropped dropped) {
            return "drop to " + Addresses.text(addresses.apply(dropped.target())) + ": " + dropped.reason();
        }
        return event instanceof TraceEvent.DatagramReceived ? "receive" : null;
    }

    private static @Nullable String ofState(TraceEvent event) {
        if (event instanceof TraceEvent.Listening) {
            return "listen";
        }
        if (event instanceof TraceEvent.Bound) {
            return "bind";
        }
        if (event instanceof TraceEvent.Connecting) {
            return "connect begins";
        }
        if (event instanceof TraceEvent.Queued) {
            return "queued to be accepted";
        }
        if (event instanceof TraceEvent.Connected) {
            return "connected";
        }
        if (event instanceof TraceEvent.Accepted) {
            return "accepted";
        }
        if (event instanceof TraceEvent.HalfClosed closed) {
            return closed.output() ? "shutdown of the output" : "shutdown of the input";
        }
        if (event instanceof TraceEvent.Closed closed) {
            return "close" + (closed.fin() ? " with FIN" : "") + (closed.reset() ? " with RST" : "")
                    + (closed.reason().isEmpty() ? "" : ", " + closed.reason());
        }
        return ofFailure(event);
    }

    private static @Nullable String ofFailure(TraceEvent event) {
        if (event instanceof TraceEvent.FaultFired fired) {
            return "fault on " + fired.operation() + ": " + fired.fault();
        }
        if (event instanceof TraceEvent.Failed failed) {
            return failed.operation() + " fails: " + failed.error();
        }
        if (event instanceof TraceEvent.WaitTimedOut timedOut) {
            return timedOut.operation() + " times out after " + Durations.text(timedOut.limit());
        }
        if (event instanceof TraceEvent.LinkChanged changed) {
            return changed.change();
        }
        return event instanceof TraceEvent.HostChanged changed ? changed.state() : null;
    }
}
