package dev.nettest.internal.diagram;

import dev.nettest.internal.diagram.Diagram.Row;
import java.util.ArrayList;
import java.util.List;

/** Folds rows that repeat, such as the requests and answers of a loop. It shows one round, and counts the others. */
final class RepeatedRows {

    /** The longest round that is looked for. */
    private static final int LONGEST = 6;

    /** Fewer rounds are shown. */
    private static final int FEWEST = 3;

    /**
     * A line of the drawing.
     *
     * @param rounds how often the {@code length} rows up to this one repeat after it; 0 for not
     * @param sameFlow true if they repeat on the same connections
     */
    record Line(Row row, int length, int rounds, boolean sameFlow) {}

    private RepeatedRows() {}

    static List<Line> fold(List<Row> rows) {
        List<Line> lines = new ArrayList<>();
        int i = 0;
        while (i < rows.size()) {
            int length = 1;
            int rounds = 1;
            for (int candidate = 1; candidate <= LONGEST; candidate++) {
                int found = rounds(rows, i, candidate);
                if (found >= FEWEST && found * candidate > rounds * length) {
                    length = candidate;
                    rounds = found;
                }
            }
            for (int j = 0; j < length; j++) {
                boolean last = j + 1 == length && rounds > 1;
                boolean sameFlow =
                        !last || rows.get(i).flow().equals(rows.get(i + length).flow());
                lines.add(new Line(rows.get(i + j), length, last ? rounds - 1 : 0, sameFlow));
            }
            i += length * rounds;
        }
        return lines;
    }

    /** How often the {@code length} rows from {@code start} on stand there in a row. */
    private static int rounds(List<Row> rows, int start, int length) {
        int rounds = 1;
        for (int next = start + length; next + length <= rows.size(); next += length) {
            for (int i = 0; i < length; i++) {
                if (!isSame(rows.get(start + i), rows.get(next + i), length > 1)) {
                    return rounds;
                }
            }
            rounds++;
        }
        return rounds;
    }

    /** @param anyFlow true if it may be on another connection */
    private static boolean isSame(Row a, Row b, boolean anyFlow) {
        return a.shape() == b.shape()
                && a.from() == b.from()
                && a.to() == b.to()
                && (a.flow().equals(b.flow()) || anyFlow)
                && a.text().equals(b.text())
                && a.mark() == b.mark()
                && a.count() == b.count();
    }
}
