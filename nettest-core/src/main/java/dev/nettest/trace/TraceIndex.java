package dev.nettest.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The index of a folder of pages. It is made from the pages themselves. A writer of the index looks at the folder again
 * afterwards, and writes once more if it has changed. So the last one has seen every page, without a lock.
 */
final class TraceIndex {

    private static final String NAME = "index.html";

    /** The entry stands at the start of a page. */
    private static final int ENTRY_BYTES = 4096;

    private static final int LONGEST_FAILURE = 300;
    private static final Pattern ENTRY = Pattern.compile(Stream.of("run", "time", "title", "failure")
            .map(name -> "<meta name=\"nettest-" + name + "\" content=\"([^\"]*)\">\n")
            .collect(Collectors.joining()));
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    /** The process that started this JVM, such as a build: its tests may run in many JVMs. */
    private static final String RUN = run();

    private TraceIndex() {}

    /**
     * The properties of a page that the index shows, each as HTML.
     *
     * @param run the process that started the JVM of the test
     */
    record Entry(String run, String time, String title, String failure) {

        /** The entry as elements of the head of its page. */
        String head() {
            return meta("run", run) + meta("time", time) + meta("title", title) + meta("failure", failure);
        }

        private static String meta(String name, String content) {
            return "<meta name=\"nettest-" + name + "\" content=\"" + content + "\">\n";
        }
    }

    /** The entry of a page that is written now. */
    static Entry entry(TracePage page) {
        String failure = page.failure().strip().lines().findFirst().orElse("");
        return new Entry(
                RUN, Instant.now().toString(), Html.escape(excerpt(page.title())), Html.escape(excerpt(failure)));
    }

    private static String excerpt(String text) {
        return text.length() <= LONGEST_FAILURE ? text : text.substring(0, LONGEST_FAILURE) + " ...";
    }

    private static String run() {
        ProcessHandle self = ProcessHandle.current();
        ProcessHandle starter = self.parent().orElse(self);
        return starter.pid() + " "
                + starter.info().startInstant().map(Instant::toString).orElse("");
    }

    /** Writes the index of all pages in {@code folder}. */
    static void write(Path folder) throws IOException {
        SortedMap<String, Entry> before = null;
        SortedMap<String, Entry> pages = read(folder);
        while (!pages.equals(before)) {
            replace(folder.resolve(NAME), html(pages, RUN).getBytes(StandardCharsets.UTF_8));
            before = pages;
            pages = read(folder);
        }
    }

    /** Writes a file so that a reader sees all of it or nothing. */
    static void replace(Path file, byte[] content) throws IOException {
        Path temporary = Files.createTempFile(file.getParent(), ".page", ".tmp");
        try {
            Files.write(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The entries of all pages by file name. */
    static SortedMap<String, Entry> read(Path folder) throws IOException {
        SortedMap<String, Entry> pages = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.html")) {
            for (Path file : files) {
                readEntry(file).ifPresent(entry -> pages.put(file.getFileName().toString(), entry));
            }
        }
        return pages;
    }

    /** The entry of a page; empty for another file. */
    private static Optional<Entry> readEntry(Path file) throws IOException {
        String start;
        try (var input = Files.newInputStream(file)) {
            start = new String(input.readNBytes(ENTRY_BYTES), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        Matcher entry = ENTRY.matcher(start);
        return entry.find()
                ? Optional.of(new Entry(entry.group(1), entry.group(2), entry.group(3), entry.group(4)))
                : Optional.empty();
    }

    /** The index: the pages of this run, then older ones, each group from the latest to the first. */
    static String html(Map<String, Entry> pages, String run) {
        List<Map.Entry<String, Entry>> sorted = new ArrayList<>(pages.entrySet());
        sorted.sort(Comparator.comparing(
                        (Map.Entry<String, Entry> page) -> page.getValue().time())
                .reversed());
        List<Map.Entry<String, Entry>> now = sorted.stream()
                .filter(page -> page.getValue().run().equals(run))
                .toList();
        sorted.removeAll(now);
        String style = Html.resource("index.css");
        return Html.fill(
                Html.resource("index.html"),
                Map.of(
                        "policy",
                        Html.escape("default-src 'none'; style-src " + Html.hash(style)),
                        "style",
                        style,
                        "pages",
                        section("This run", now) + section("Earlier runs", sorted)));
    }

    private static String section(String name, List<Map.Entry<String, Entry>> pages) {
        if (pages.isEmpty()) {
            return "";
        }
        return "<section><h2>" + name + " <small>" + pages.size() + "</small></h2><ul>"
                + pages.stream().map(TraceIndex::item).collect(Collectors.joining())
                + "</ul></section>\n";
    }

    private static String item(Map.Entry<String, Entry> page) {
        Entry entry = page.getValue();
        return "<li><a href=\"" + Html.escape(page.getKey()) + "\">" + entry.title() + "</a><time datetime=\""
                + entry.time() + "\">" + TIME.format(Instant.parse(entry.time())) + "</time><p>" + entry.failure()
                + "</p></li>\n";
    }
}
