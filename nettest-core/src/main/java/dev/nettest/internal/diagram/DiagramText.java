package dev.nettest.internal.diagram;

import dev.nettest.Trace;
import dev.nettest.internal.diagram.Diagram.Column;
import dev.nettest.internal.diagram.Diagram.Mark;
import dev.nettest.internal.diagram.Diagram.Row;
import dev.nettest.internal.diagram.Diagram.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A diagram in plain characters, for terminals and logs: one line for each row, the hosts as columns, the time and the
 * connection at the left. Before the connection, an exclamation mark stands for a fault, a timeout or an error, a tilde
 * for a loss, and an equals sign for a change of the network.
 */
public final class DiagramText {

    /** The most lines of a failure's diagram. */
    public static final int IN_FAILURE = 40;

    private static final int MIN_GAP = 14;
    private static final int MAX_GAP = 46;

    /** A diagram of two columns has room for longer texts. */
    private static final int MAX_ONLY_GAP = 70;

    /** On the system clock, a shorter pause is not worth a line. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Diagram diagram;

    /** The lines to draw, in order, and null for each gap of omitted ones. */
    private final List<RepeatedRows.@Nullable Line> lines = new ArrayList<>();

    /** The number of lines in each gap, in order. */
    private final List<Integer> omitted = new ArrayList<>();

    /** The position of each column that has something in a line; -1 for the others. */
    private final int[] places;

    private final int timeWidth;
    private final int flowWidth;
    private final StringBuilder text = new StringBuilder();

    private DiagramText(Diagram diagram, int most) {
        this.diagram = diagram;
        select(most);
        this.timeWidth = diagram.trace().virtualTime()
                ? width(row -> DiagramTime.text(row.time()).length())
                : 0;
        this.flowWidth = width(row -> row.flow().length());
        this.places = places();
    }

    /** The whole diagram. */
    public static String of(Trace trace) {
        return of(trace, Integer.MAX_VALUE);
    }

    /** The diagram with at most {@code most} rows: the end, and the surroundings of what needs attention. */
    public static String of(Trace trace, int most) {
        DiagramText drawing = new DiagramText(Diagram.of(trace), most);
        drawing.draw();
        return drawing.text.toString();
    }

    private void select(int most) {
        List<RepeatedRows.Line> all = RepeatedRows.fold(diagram.rows());
        DiagramSelection selection =
                new DiagramSelection(all.stream().map(RepeatedRows.Line::row).toList(), most);
        int gap = 0;
        for (int i = 0; i < all.size(); i++) {
            if (!selection.shows(i)) {
                gap++;
                continue;
            }
            if (gap > 0) {
                lines.add(null);
                omitted.add(gap);
                gap = 0;
            }
            lines.add(all.get(i));
        }
    }

    private int width(ToIntFunction<Row> part) {
        return lines.stream()
                .filter(Objects::nonNull)
                .mapToInt(line -> part.applyAsInt(line.row()))
                .max()
                .orElse(0);
    }

    // ---- columns

    private int[] places() {
        List<Column> columns = diagram.columns();
        List<Integer> used = used();
        int[] gaps = new int[used.size()];
        for (int i = 0; i < gaps.length; i++) {
            int next = i + 1 < gaps.length ? width(columns.get(used.get(i + 1))) : 0;
            gaps[i] = Math.max(MIN_GAP, (width(columns.get(used.get(i))) + next) / 2 + 3);
        }
        int most = gaps.length > 2 ? MAX_GAP : MAX_ONLY_GAP;
        for (RepeatedRows.Line line : lines) {
            if (line != null && line.row().from() >= 0) {
                widen(gaps, line.row(), used, most);
            }
        }
        int[] all = new int[columns.size()];
        Arrays.fill(all, -1);
        int at = margin();
        for (int i = 0; i < gaps.length; i++) {
            all[used.get(i)] = at;
            at += gaps[i];
        }
        return all;
    }

    /** The columns that a line touches; all if none does. */
    private List<Integer> used() {
        TreeSet<Integer> used = new TreeSet<>();
        for (RepeatedRows.Line line : lines) {
            if (line != null && line.row().from() >= 0) {
                used.add(line.row().from());
                used.add(line.row().to());
            }
        }
        for (int i = 0; used.isEmpty() && i < diagram.columns().size(); i++) {
            used.add(i);
        }
        return List.copyOf(used);
    }

    private static int width(Column column) {
        return Math.max(column.name().length(), column.detail().length());
    }

    private static void widen(int[] gaps, Row row, List<Integer> used, int most) {
        int left = used.indexOf(Math.min(row.from(), row.to()));
        int right = used.indexOf(Math.max(row.from(), row.to()));
        if (right == left + 1) {
            int needed = label(row).length() + "|-- x |".length();
            gaps[left] = Math.max(gaps[left], Math.min(most, needed));
        }
    }

    /** The characters before the first column. */
    private int margin() {
        return (timeWidth == 0 ? 0 : timeWidth + 1) + (flowWidth == 0 ? 2 : flowWidth + 3);
    }

    private int firstPlace() {
        return Arrays.stream(places).filter(place -> place >= 0).min().orElse(margin());
    }

    private int lastPlace() {
        return Arrays.stream(places).max().orElse(margin());
    }

    // ---- rows

    private void draw() {
        if (lines.isEmpty()) {
            text.append("nothing has happened");
            return;
        }
        header(Column::name);
        if (diagram.columns().stream().anyMatch(column -> !column.detail().isEmpty())) {
            text.append('\n');
            header(Column::detail);
        }
        Duration time = null;
        int gap = 0;
        for (RepeatedRows.Line line : lines) {
            if (line == null) {
                int count = omitted.get(gap++);
                append(lifelines('|'), firstPlace() + 2, "... " + count + rows(count) + " omitted ...");
                continue;
            }
            Row row = line.row();
            Duration pause = time == null ? Duration.ZERO : row.time().minus(time);
            if (pause.compareTo(diagram.trace().virtualTime() ? Duration.ZERO : PAUSE) > 0) {
                pause(pause);
            }
            row(row, time == null || !pause.isZero());
            time = row.time();
            if (line.rounds() > 0) {
                String which = line.length() == 1 ? "the last row" : "the last " + line.length() + rows(line.length());
                String again = line.rounds() + (line.rounds() == 1 ? " time" : " times");
                String where = line.sameFlow() ? "" : ", on other connections";
                append(lifelines('|'), firstPlace() + 2, "... " + which + " again, " + again + where + " ...");
            }
        }
    }

    private static String rows(int count) {
        return count == 1 ? " row" : " rows";
    }

    private void header(Function<Column, String> part) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < places.length; i++) {
            String name = part.apply(diagram.columns().get(i));
            if (places[i] >= 0) {
                pad(line, Math.max(0, places[i] - name.length() / 2));
                line.append(name);
            }
        }
        text.append(line.toString().stripTrailing());
    }

    /** A mark for the time that passed, in every column. */
    private void pause(Duration passed) {
        char[] line = lifelines(':');
        String note = DiagramTime.text(rounded(passed)) + " later";
        append(line, firstPlace() + 2, note);
    }

    /** Real times are rounded to two digits, because they differ from run to run. */
    private Duration rounded(Duration passed) {
        if (diagram.trace().virtualTime()) {
            return passed;
        }
        long unit = 1;
        while (passed.toMillis() / unit >= 100) {
            unit *= 10;
        }
        return Duration.ofMillis(passed.toMillis() / unit * unit);
    }

    private void row(Row row, boolean isNewTime) {
        char[] line = lifelines('|');
        if (timeWidth > 0 && isNewTime) {
            String time = DiagramTime.text(row.time());
            put(line, timeWidth - time.length(), time);
        }
        int flow = timeWidth == 0 ? 0 : timeWidth + 1;
        line[flow] = letter(row.mark());
        put(line, flow + 1, row.flow());
        String label = label(row);
        switch (row.shape()) {
            case LOCAL -> append(line, places[row.from()] + 2, label);
            case NETWORK -> append(line, firstPlace() + 2, "== " + label + " ==");
            default -> arrow(line, row, label);
        }
    }

    private static String label(Row row) {
        return row.text() + (row.count() > 1 ? " (" + row.count() + " times)" : "");
    }

    private static char letter(Mark mark) {
        return switch (mark) {
            case NONE -> ' ';
            case FAULT, TIMEOUT, ERROR -> '!';
            case LOSS -> '~';
            case CHANGE -> '=';
        };
    }

    private void arrow(char[] line, Row row, String label) {
        if (row.from() == row.to()) {
            append(line, places[row.from()] + 2, label);
            return;
        }
        boolean toRight = row.from() < row.to();
        int left = places[Math.min(row.from(), row.to())] + 1;
        int right = places[Math.max(row.from(), row.to())] - 1;
        if (row.shape() == Shape.LOST) {
            lost(line, left, right, toRight, label);
            return;
        }
        boolean starts = row.shape() != Shape.ARRIVAL;
        boolean ends = row.shape() == Shape.ARROW || row.shape() == Shape.ARRIVAL;
        for (int i = left; i <= right; i++) {
            boolean senderHalf = toRight == (i <= (left + right) / 2);
            boolean drawn = (starts && ends) || (senderHalf ? starts : ends);
            line[i] = drawn ? '-' : '.';
        }
        if (ends) {
            line[toRight ? right : left] = toRight ? '>' : '<';
        }
        int space = right - left - 5;
        if (label.length() <= space) {
            put(line, left + 2 + (space - label.length()) / 2, " " + label + " ", right - 1);
            text.append('\n').append(new String(line).stripTrailing());
        } else {
            append(line, lastPlace() + 2, label);
        }
    }

    /** An arrow that ends at a cross. */
    private void lost(char[] line, int left, int right, boolean toRight, String label) {
        String arrow = toRight ? "-- " + label + " x" : "x " + label + " --";
        if (arrow.length() <= right - left + 1) {
            put(line, toRight ? left : right + 1 - arrow.length(), arrow);
            text.append('\n').append(new String(line).stripTrailing());
        } else {
            put(line, toRight ? left : right - 3, toRight ? "---x" : "x---");
            append(line, lastPlace() + 2, label);
        }
    }

    // ---- characters

    private char[] lifelines(char each) {
        char[] line = " ".repeat(lastPlace() + 1).toCharArray();
        for (int place : places) {
            if (place >= 0) {
                line[place] = each;
            }
        }
        return line;
    }

    private static void put(char[] line, int at, String part) {
        put(line, at, part, line.length);
    }

    private static void put(char[] line, int at, String part, int end) {
        for (int i = 0; i < part.length() && at + i < end; i++) {
            line[at + i] = part.charAt(i);
        }
    }

    /** Ends the line with {@code note}, which may be longer than the columns are wide. */
    private void append(char[] line, int at, String note) {
        StringBuilder whole = new StringBuilder().append(line);
        while (whole.length() < at + note.length()) {
            whole.append(' ');
        }
        whole.replace(at, at + note.length(), note);
        if (at + note.length() < whole.length() && whole.charAt(at + note.length()) != ' ') {
            whole.insert(at + note.length(), ' ');
        }
        text.append('\n').append(whole.toString().stripTrailing());
    }

    private static void pad(StringBuilder line, int length) {
        while (line.length() < length) {
            line.append(' ');
        }
    }
}
