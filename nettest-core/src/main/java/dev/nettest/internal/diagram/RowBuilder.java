package dev.nettest.internal.diagram;

import dev.nettest.TraceEvent;
import dev.nettest.internal.diagram.Diagram.Mark;
import dev.nettest.internal.diagram.Diagram.Row;
import dev.nettest.internal.diagram.Diagram.Shape;
import java.util.ArrayList;
import java.util.List;

/** A row of a diagram that later events still change. */
final class RowBuilder {

    Shape shape;
    final int from;
    final int to;
    final String flow;
    String text;
    Mark mark = Mark.NONE;
    int arrival = -1;

    /** Its place among all rows. */
    int index;

    long count = 1;

    /** The bytes that it carries. */
    long bytes;

    final List<TraceEvent> events = new ArrayList<>();

    RowBuilder(Shape shape, int from, int to, String flow, String text) {
        this.shape = shape;
        this.from = from;
        this.to = to;
        this.flow = flow;
        this.text = text;
    }

    RowBuilder mark(Mark wanted) {
        mark = wanted;
        return this;
    }

    /** Adds what happened to the bytes in the same moment. */
    void append(String more, TraceEvent event) {
        text += more;
        events.add(event);
    }

    boolean isSame(RowBuilder other) {
        return (shape == Shape.ARROW || shape == Shape.LOCAL || shape == Shape.LOST)
                && shape == other.shape
                && from == other.from
                && to == other.to
                && flow.equals(other.flow)
                && text.equals(other.text)
                && mark == other.mark
                && events.get(0).time().equals(other.events.get(0).time());
    }

    Row build() {
        return new Row(shape, from, to, flow, text, mark, arrival, count, events);
    }
}
