package dev.nettest.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The regions of the sources that the documentation shows: the lines between {@code // snippet: name} and
 * {@code // end snippet}, without their common indentation.
 */
final class Snippets {

    private static final Pattern START = Pattern.compile("\\s*// snippet: (\\S+)");
    private static final Pattern END = Pattern.compile("\\s*// end snippet");
    private static final Pattern REFERENCE = Pattern.compile("<!-- snippet: (?:(\\S+)#)?(\\S+) -->");
    private static final Pattern FENCE = Pattern.compile("```(kotlin|java)");

    private record Region(Path file, String text) {}

    private final Map<String, Region> regions = new HashMap<>();

    /** The regions of all Java and Kotlin files and Kotlin scripts under {@code root}. */
    static Snippets of(Path root) throws IOException {
        Snippets snippets = new Snippets();
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> file.toString().matches(".*\\.(java|kts?)"))
                    .forEach(file -> snippets.add(file, read(file)));
        }
        return snippets;
    }

    void add(Path file, String source) {
        String name = null;
        List<String> lines = new ArrayList<>();
        for (String line : source.lines().toList()) {
            Matcher start = START.matcher(line);
            if (start.matches()) {
                require(name == null, file + ": " + name + " has no end");
                name = start.group(1);
                lines.clear();
            } else if (END.matcher(line).matches()) {
                require(name != null, file + ": an end without a start");
                Region region = new Region(file, String.join("\n", lines).stripIndent());
                require(regions.put(name, region) == null, file + ": there is another " + name);
                name = null;
            } else {
                lines.add(line);
            }
        }
        require(name == null, file + ": " + name + " has no end");
    }

    /**
     * Replaces every Kotlin or Java block of {@code markdown} by the region that the comment above the block names.
     *
     * @throws IllegalArgumentException if a block has no such comment, or there is no such region
     */
    String update(String markdown) {
        StringBuilder updated = new StringBuilder();
        String above = "";
        boolean replaced = false;
        boolean fenced = false;
        for (String line : markdown.lines().toList()) {
            boolean fence = line.startsWith("```");
            if (!(replaced && !fence)) {
                updated.append(line).append('\n');
            }
            if (fence && !fenced && FENCE.matcher(line).matches()) {
                updated.append(region(above)).append('\n');
                replaced = true;
            } else if (fence) {
                replaced = false;
            }
            fenced ^= fence;
            above = line.isBlank() ? above : line;
        }
        return updated.toString();
    }

    private String region(String comment) {
        Matcher reference = REFERENCE.matcher(comment);
        require(reference.matches(), "a block without a snippet, under: " + comment);
        Region region = regions.get(reference.group(2));
        require(region != null, "no such snippet: " + comment);
        String file = reference.group(1);
        require(file == null || region.file().endsWith(file), "another file has that snippet: " + comment);
        return region.text();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
