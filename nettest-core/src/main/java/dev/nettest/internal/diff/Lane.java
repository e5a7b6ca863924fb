package dev.nettest.internal.diff;

import dev.nettest.Operation;
import dev.nettest.TraceEvent;
import dev.nettest.TraceEvent.BytesRead;
import dev.nettest.TraceEvent.DatagramDropped;
import dev.nettest.TraceEvent.DatagramReceived;
import dev.nettest.TraceEvent.DatagramSent;
import dev.nettest.TraceEvent.EndOfStreamRead;
import dev.nettest.TraceEvent.Failed;
import dev.nettest.TraceEvent.FaultFired;
import dev.nettest.TraceEvent.HalfClosed;
import dev.nettest.TraceEvent.Written;
import dev.nettest.TracePayload;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Events of one socket whose order counts: its output, its input, or its states. Without lanes all events of a socket
 * are one.
 */
record Lane(String name, List<Step> steps) {

    private static final String OUTPUT = "output";
    private static final String INPUT = "input";
    private static final String STATE = "state";

    /**
     * @param together true for one lane with all events
     * @param addresses gives the address with which a target is compared
     */
    static List<Lane> of(List<TraceEvent> events, boolean together, UnaryOperator<SocketAddress> addresses) {
        Lane output = new Lane(OUTPUT, new ArrayList<>());
        Lane input = new Lane(INPUT, new ArrayList<>());
        Lane state = new Lane(together ? "events" : STATE, new ArrayList<>());
        for (TraceEvent event : events) {
            Step step = step(event, addresses);
            if (step != null) {
                Lane lane = together
                        ? state
                        : switch (laneOf(event)) {
                            case OUTPUT -> output;
                            case INPUT -> input;
                            default -> state;
                        };
                lane.steps.add(step);
            }
        }
        return together ? List.of(state) : List.of(state, output, input);
    }

    /** The offset of the first byte of {@code step} in its direction of the stream. */
    long start(Step step) {
        long start = 0;
        for (Step each : steps) {
            if (each == step) {
                break;
            }
            start += each.isSameDirection(step) ? each.bytes() : 0;
        }
        return start;
    }

    private static String laneOf(TraceEvent event) {
        if (event instanceof FaultFired fired) {
            return laneOf(fired.operation());
        }
        if (event instanceof Failed failed) {
            return laneOf(failed.operation());
        }
        if (event instanceof HalfClosed closed) {
            return closed.output() ? OUTPUT : INPUT;
        }
        if (event instanceof Written || event instanceof DatagramSent || event instanceof DatagramDropped) {
            return OUTPUT;
        }
        return event instanceof BytesRead || event instanceof EndOfStreamRead || event instanceof DatagramReceived
                ? INPUT
                : STATE;
    }

    private static String laneOf(Operation.Kind operation) {
        return switch (operation) {
            case WRITE, SEND -> OUTPUT;
            case READ, RECEIVE -> INPUT;
            case ACCEPT, CONNECT, CLOSE -> STATE;
        };
    }

    /** Null for an event that depends on the interleaving of threads, or on a link's segments. */
    private static @Nullable Step step(TraceEvent event, UnaryOperator<SocketAddress> addresses) {
        String text = ComparedText.of(event, addresses);
        if (text == null) {
            return null;
        }
        if (event instanceof Written written) {
            return Step.stream(event, text, written.bytes(), written.count(), written.payload());
        }
        if (event instanceof BytesRead read) {
            return Step.stream(event, text, read.bytes(), read.count(), TracePayload.EMPTY);
        }
        if (event instanceof DatagramSent sent) {
            return Step.datagrams(event, text, sent.bytes(), sent.count(), sent.payload());
        }
        if (event instanceof DatagramDropped dropped) {
            return Step.datagrams(event, text, dropped.bytes(), dropped.count(), TracePayload.EMPTY);
        }
        if (event instanceof DatagramReceived received) {
            return Step.datagrams(event, text, received.bytes(), received.count(), TracePayload.EMPTY);
        }
        return Step.state(event, text, event instanceof FaultFired fired ? fired.count() : 1);
    }
}
