package dev.nettest.contract;

import java.util.List;

/** The outcomes of a script on loopback and in memory, line by line. */
final class Columns {
    private Columns() {}

    static String of(List<String> loopback, List<String> memory) {
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < Math.max(loopback.size(), memory.size()); i++) {
            String left = i < loopback.size() ? loopback.get(i) : "";
            String right = i < memory.size() ? memory.get(i) : "";
            table.append(left.equals(right) ? "  both      " + left : "! loopback  " + left + "\n! in memory " + right)
                    .append('\n');
        }
        return table.toString();
    }
}
