package dev.nettest.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the pages of failed tests into the output folder of the build, with an index page.
 *
 * <p>The folder is {@code target/nettest-traces} or {@code build/nettest-traces}: Maven and Gradle write into
 * {@code target} and {@code build}. The first of them that exists in the working directory is used. Without both there
 * is no page. The system property {@code nettest.traces} names another folder, or turns pages off with the value
 * {@code off}.
 *
 * <p>Any number of threads and JVMs may write at once. A JVM writes at most {@value #MOST_PAGES} pages
 * into a folder.
 */
public final class TraceReports {

    /** The system property with the folder, or {@code off}. */
    public static final String PROPERTY = "nettest.traces";

    /** More pages of one run help no reader, and could fill the disk. */
    private static final int MOST_PAGES = 200;

    private static final String FOLDER = "nettest-traces";

    /** The number of pages of this JVM for each name, in lower case: some systems do not distinguish the case. */
    private static final Map<Path, Integer> WRITTEN = new HashMap<>();

    private TraceReports() {}

    /**
     * Writes the page of a failed test, and the index. A further page of the same test in this JVM gets a number. The
     * page of an earlier run is replaced.
     *
     * @param testClass the class of the test, or another name of its group
     * @param test its method, or another name of the test
     * @param page the page. Without a title of its own it has the two names
     * @return the absolute path of the page; empty if there is no folder, or this JVM has written its last page
     * @throws IOException if the page or the index cannot be written
     */
    public static Optional<Path> write(String testClass, String test, TracePage page) throws IOException {
        Objects.requireNonNull(testClass, "testClass");
        Objects.requireNonNull(test, "test");
        Objects.requireNonNull(page, "page");
        Path folder = folder(System.getProperty(PROPERTY), Path.of(""));
        return folder == null ? Optional.empty() : write(folder, testClass, test, page);
    }

    static Optional<Path> write(Path folder, String testClass, String test, TracePage page) throws IOException {
        Path absolute = folder.toAbsolutePath().normalize();
        int number = next(absolute, FileNames.of(testClass + "." + test));
        if (number == 0) {
            return Optional.empty();
        }
        String name = FileNames.of(testClass + "." + test) + (number == 1 ? "" : "-" + number) + ".html";
        Path file = absolute.resolve(name);
        TracePage named = page.titleOr(testClass + "." + test);
        TraceIndex.Entry entry = TraceIndex.entry(named);
        Files.createDirectories(absolute);
        TraceIndex.replace(file, new PageHtml(named).html(entry.head()).getBytes(StandardCharsets.UTF_8));
        TraceIndex.write(absolute);
        return Optional.of(file);
    }

    /** The number of the next page with this name; 0 if there are enough pages. */
    private static int next(Path folder, String name) {
        synchronized (WRITTEN) {
            int total = WRITTEN.entrySet().stream()
                    .filter(written -> folder.equals(written.getKey().getParent()))
                    .mapToInt(Map.Entry::getValue)
                    .sum();
            return total >= MOST_PAGES
                    ? 0
                    : WRITTEN.merge(folder.resolve(name.toLowerCase(Locale.ROOT)), 1, Integer::sum);
        }
    }

    /** The folder for {@code property} in a working directory; null for none. */
    static @Nullable Path folder(@Nullable String property, Path directory) {
        if (property != null && !property.isBlank()) {
            return property.strip().equalsIgnoreCase("off") ? null : directory.resolve(property.strip());
        }
        for (String output : new String[] {"target", "build"}) {
            if (Files.isDirectory(directory.resolve(output))) {
                return directory.resolve(output).resolve(FOLDER);
            }
        }
        return null;
    }
}
