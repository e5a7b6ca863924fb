package dev.nettest.trace;

import dev.nettest.Trace;
import dev.nettest.internal.diagram.DiagramText;
import java.util.Objects;

/**
 * A trace as a sequence diagram in plain characters, for terminals and logs. Failures of a network show it too.
 *
 * <pre>{@code
 * System.out.println(TraceText.of(network.trace()));
 * }</pre>
 *
 * <p>The hosts are columns, and each event has a line. A host that talks to itself has a column of its own for each
 * address that it talks to. An arrow made of dots is a part of the way that takes time. At the left are the network's
 * time, if its clock is virtual, a mark, and the number of the connection. The mark is {@code !} for a fault, a timeout
 * or an error, {@code ~} for a loss, and {@code =} for a change of a link or a host.
 */
public final class TraceText {

    private TraceText() {}

    /** The diagram of all events. */
    public static String of(Trace trace) {
        return DiagramText.of(Objects.requireNonNull(trace, "trace"));
    }

    /**
     * The diagram with at most {@code rows} lines of events. It keeps the end, and the surroundings of each line with a
     * mark.
     *
     * @throws IllegalArgumentException if {@code rows} is not positive
     */
    public static String of(Trace trace, int rows) {
        Objects.requireNonNull(trace, "trace");
        if (rows < 1) {
            throw new IllegalArgumentException("rows " + rows + " < 1");
        }
        return DiagramText.of(trace, rows);
    }
}
