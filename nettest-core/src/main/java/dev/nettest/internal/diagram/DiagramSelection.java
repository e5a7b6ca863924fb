package dev.nettest.internal.diagram;

import dev.nettest.internal.diagram.Diagram.Mark;
import dev.nettest.internal.diagram.Diagram.Row;
import java.util.BitSet;
import java.util.List;

/**
 * The rows of a diagram that has to be short: the end, what needs attention and its surroundings. Further rows fill it
 * from the end on.
 */
public final class DiagramSelection {

    private static final int END = 12;

    /** The rows before and after one that needs attention. */
    private static final int REACH = 3;

    private final BitSet shown = new BitSet();
    private int left;

    /** The rows that are shown if there is room for {@code most}. */
    public DiagramSelection(List<Row> rows, int most) {
        left = most;
        int size = rows.size();
        if (size <= most) {
            shown.set(0, size);
            return;
        }
        for (int i = size - 1; i >= Math.max(0, size - END); i--) {
            add(i);
        }
        for (int distance = 0; distance <= REACH; distance++) {
            addAround(rows, Mark.FAULT, distance);
            for (Mark mark : List.of(Mark.TIMEOUT, Mark.ERROR, Mark.LOSS, Mark.CHANGE)) {
                addAround(rows, mark, distance);
            }
        }
        for (int i = size - 1; i >= 0; i--) {
            add(i);
        }
    }

    private void addAround(List<Row> rows, Mark mark, int distance) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).mark() == mark) {
                add(i - distance);
                if (i + distance < rows.size()) {
                    add(i + distance);
                }
            }
        }
    }

    private void add(int row) {
        if (row >= 0 && left > 0 && !shown.get(row)) {
            shown.set(row);
            left--;
        }
    }

    /** True if the row with this index is shown. */
    public boolean shows(int row) {
        return shown.get(row);
    }
}
