package dev.nettest.internal.diagram;

import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TracePayload;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trace as a sequence diagram, without a form: hosts as columns, and rows in order. The text, the page and the
 * Mermaid diagram draw it.
 *
 * @param trace the trace that it shows
 * @param columns from left to right, in the order in which they appear in the trace
 * @param rows from the first to the last
 */
public record Diagram(Trace trace, List<Column> columns, List<Row> rows) {

    public Diagram {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /** The diagram of all events of {@code trace}. */
    public static Diagram of(Trace trace) {
        return new DiagramBuilder(trace).build();
    }

    /**
     * A host, or a listener of a host that also dials it.
     *
     * @param detail its addresses
     */
    public record Column(String name, String detail) {}

    /** How a row looks. */
    public enum Shape {
        /** Something inside one column. */
        LOCAL,
        /** From one column to another, without delay. */
        ARROW,
        /** The start of something that takes time. */
        DEPARTURE,
        /** The end of something that took time. */
        ARRIVAL,
        /** Sent, and lost. */
        LOST,
        /** A change of the network, across all columns. */
        NETWORK
    }

    /** The reason for which a row needs attention. */
    public enum Mark {
        NONE,
        FAULT,
        TIMEOUT,
        ERROR,
        LOSS,
        CHANGE
    }

    /**
     * One line of the diagram.
     *
     * @param shape its look
     * @param from the index of the column at which it happens or starts; -1 for {@link Shape#NETWORK}
     * @param to the index of the column at which it ends; {@code from} for {@link Shape#LOCAL}
     * @param flow the connection or datagram socket, such as {@code #1}; empty for none
     * @param text what happened, without the columns and the flow
     * @param mark what needs attention
     * @param arrival the index of the row of the {@link Shape#ARRIVAL}; -1 if the row is no departure, or it did not
     *     arrive
     * @param count how often it happened in a row, without a change in between
     * @param events what it stands for, in order; never empty
     */
    public record Row(
            Shape shape,
            int from,
            int to,
            String flow,
            String text,
            Mark mark,
            int arrival,
            long count,
            List<TraceEvent> events) {

        public Row {
            events = List.copyOf(events);
        }

        public TraceEvent first() {
            return events.get(0);
        }

        public Duration time() {
            return first().time();
        }

        /** The first bytes that it sent; null if it sent none. */
        public @Nullable TracePayload payload() {
            for (TraceEvent event : events) {
                if (event instanceof TraceEvent.Written written) {
                    return written.payload();
                }
                if (event instanceof TraceEvent.DatagramSent sent) {
                    return sent.payload();
                }
            }
            return null;
        }
    }
}
