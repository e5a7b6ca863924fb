package dev.nettest.trace;

import dev.nettest.Trace;
import dev.nettest.internal.diagram.Diagram;
import dev.nettest.internal.diagram.DiagramSelection;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A trace as a sequence diagram in the syntax of Mermaid, for pages and issues that draw it:
 *
 * <pre>{@code
 * Files.writeString(Path.of("target/login.mmd"), MermaidDiagram.of(network.trace()));
 * }</pre>
 *
 * <p>A diagram with many rows is unreadable, so their number is bounded. The end stays, and the surroundings of each
 * fault, timeout, error and loss. A note counts the rows that are omitted at its place.
 */
public final class MermaidDiagram {

    /** The rows of a diagram without another bound: 60. */
    public static final int ROWS = 60;

    /** The punctuation that has no meaning in a diagram. */
    private static final String PLAIN = " .,/()_'*!?-";

    /** The decimal places from nanoseconds to milliseconds. */
    private static final int MILLIS = 6;

    private final Diagram diagram;
    private final StringBuilder text = new StringBuilder("sequenceDiagram\n");

    private MermaidDiagram(Diagram diagram) {
        this.diagram = diagram;
    }

    /** The diagram with at most {@link #ROWS} rows. */
    public static String of(Trace trace) {
        return of(trace, ROWS);
    }

    /**
     * The diagram of a trace.
     *
     * @param rows the greatest number of rows
     * @throws IllegalArgumentException if {@code rows} is less than 1
     */
    public static String of(Trace trace, int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("rows " + rows + " < 1");
        }
        return new MermaidDiagram(Diagram.of(Objects.requireNonNull(trace, "trace"))).draw(rows);
    }

    /** The text of {@code diagram}. */
    static String of(Diagram diagram, int rows) {
        return new MermaidDiagram(diagram).draw(rows);
    }

    private String draw(int limit) {
        List<Diagram.Column> columns = diagram.columns();
        for (int i = 0; i < columns.size(); i++) {
            Diagram.Column column = columns.get(i);
            text.append("    participant h").append(i).append(" as ").append(escape(column.name()));
            if (!column.detail().isEmpty() && !column.detail().equals(column.name())) {
                text.append("<br/>").append(escape(column.detail()));
            }
            text.append('\n');
        }
        if (columns.isEmpty()) {
            return text.append("    participant h0 as no events\n").toString();
        }
        if (diagram.trace().omitted() > 0) {
            note(-1, "the trace lacks " + diagram.trace().omitted() + " events");
        }
        List<Diagram.Row> rows = diagram.rows();
        DiagramSelection selection = new DiagramSelection(rows, limit);
        int omitted = 0;
        for (int i = 0; i < rows.size(); i++) {
            if (selection.shows(i)) {
                omit(omitted);
                omitted = 0;
                row(rows.get(i));
            } else {
                omitted++;
            }
        }
        omit(omitted);
        return text.toString();
    }

    private void omit(int count) {
        if (count > 0) {
            note(-1, "… " + count + (count == 1 ? " row" : " rows") + " omitted …");
        }
    }

    private void row(Diagram.Row row) {
        String message = message(row);
        switch (row.shape()) {
            case NETWORK -> note(-1, message);
            case LOCAL -> note(row.from(), message);
            case ARROW -> arrow(row, "->>", message);
            case DEPARTURE -> arrow(row, "-)", message);
            case ARRIVAL -> arrow(row, "-->>", message);
            case LOST -> arrow(row, "-x", message);
        }
    }

    private String message(Diagram.Row row) {
        StringBuilder message = new StringBuilder();
        if (diagram.trace().virtualTime()) {
            message.append(millis(row.time())).append(": ");
        }
        if (row.mark() != Diagram.Mark.NONE && row.mark() != Diagram.Mark.CHANGE) {
            message.append('[').append(row.mark()).append("] ");
        }
        message.append(row.flow()).append(row.flow().isEmpty() ? "" : " ").append(row.text());
        if (row.count() > 1) {
            message.append(" (").append(row.count()).append(" times)");
        }
        return message.toString();
    }

    private static String millis(Duration time) {
        BigDecimal millis = BigDecimal.valueOf(time.toNanos(), MILLIS);
        return (millis.signum() == 0 ? "0" : millis.stripTrailingZeros().toPlainString()) + " ms";
    }

    private void arrow(Diagram.Row row, String arrow, String message) {
        text.append("    h").append(row.from()).append(arrow).append('h').append(row.to());
        text.append(": ").append(escape(message)).append('\n');
    }

    /** @param column -1 for a note over all columns */
    private void note(int column, String message) {
        text.append("    Note over h").append(Math.max(0, column));
        if (column < 0 && diagram.columns().size() > 1) {
            text.append(",h").append(diagram.columns().size() - 1);
        }
        text.append(": ").append(escape(message)).append('\n');
    }

    /**
     * Letters, digits and plain punctuation stay. Mermaid takes all else as {@code #code;}. So a semicolon, a number
     * sign or a colon does not end the message. A line break becomes {@code <br/>}.
     */
    static String escape(String message) {
        StringBuilder escaped = new StringBuilder();
        message.codePoints().forEach(each -> {
            if (each == '\n') {
                escaped.append("<br/>");
            } else if (Character.isLetterOrDigit(each) || each == '…' || PLAIN.indexOf(each) >= 0) {
                escaped.appendCodePoint(each);
            } else {
                escaped.append('#').append(each).append(';');
            }
        });
        return escaped.isEmpty() ? "#32;" : escaped.toString();
    }
}
