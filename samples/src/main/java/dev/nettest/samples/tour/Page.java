package dev.nettest.samples.tour;

import java.io.PrintStream;
import java.util.Locale;

/** Text for a terminal of a hundred columns, plain enough for a file. */
final class Page {

    private static final int COLUMNS = 96;
    private static final String INDENT = "    ";

    private final PrintStream out;

    Page(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        out.printf("%n%s%n%s%n", text, "-".repeat(text.length()));
    }

    /** A paragraph. */
    void say(String text) {
        out.println();
        wrap(text, "");
    }

    /** Something that the program made: each line as it is, or wrapped where it is too long. */
    void show(Object made) {
        out.println();
        made.toString().lines().forEach(line -> add("%s", line));
    }

    /** A line of {@link #show} under those before it. */
    void add(String format, Object... values) {
        String line = INDENT + String.format(Locale.ROOT, format, values);
        wrap(line, " ".repeat(line.length() - line.stripLeading().length()) + INDENT);
    }

    void blank() {
        out.println();
    }

    private void wrap(String text, String indent) {
        String rest = text;
        while (rest.length() > COLUMNS) {
            int cut = rest.lastIndexOf(' ', COLUMNS);
            if (cut <= indent.length()) {
                break; // a word that is longer than a line
            }
            out.println(rest.substring(0, cut));
            rest = indent + rest.substring(cut + 1);
        }
        out.println(rest);
    }
}
