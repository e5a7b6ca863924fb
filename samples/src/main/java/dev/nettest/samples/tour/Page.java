package dev.nettest.samples.tour;

import java.io.PrintStream;
import java.util.Locale;

/** Prints plain text for a terminal of a hundred columns. */
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

    /** Prints a paragraph. */
    void say(String text) {
        out.println();
        wrap(text, "");
    }

    /** Prints a result after a blank line. Lines that are too long are wrapped. */
    void show(Object result) {
        out.println();
        result.toString().lines().forEach(line -> add("%s", line));
    }

    /** Prints one more line of a result. */
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
                break; // one word is longer than the line
            }
            out.println(rest.substring(0, cut));
            rest = indent + rest.substring(cut + 1);
        }
        out.println(rest);
    }
}
