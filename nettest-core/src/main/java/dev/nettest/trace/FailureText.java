package dev.nettest.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The text of a failure for the top of a page: the message, and the sections of the network's report that neither the
 * diagram nor the snapshot shows.
 */
final class FailureText {

    private static final Set<String> SECTIONS =
            Set.of("tasks that ended with an exception:", "loops that ignore a close:");

    private FailureText() {}

    static String of(Throwable failure) {
        List<String> lines = new ArrayList<>(
                failure.toString().lines().takeWhile(line -> !isTable(line)).toList());
        addSections(lines, String.valueOf(failure.getMessage()));
        for (Throwable suppressed : failure.getSuppressed()) {
            addSections(lines, String.valueOf(suppressed.getMessage()));
        }
        return String.join("\n", lines);
    }

    /** True for the first line of a snapshot. */
    private static boolean isTable(String line) {
        return line.startsWith("Proto ") || line.startsWith("(no listener");
    }

    private static void addSections(List<String> lines, String report) {
        boolean inside = false;
        for (String line : report.lines().toList()) {
            inside = SECTIONS.contains(line) || (inside && line.startsWith("  "));
            if (inside && !lines.contains(line)) {
                lines.add(line);
            }
        }
    }
}
