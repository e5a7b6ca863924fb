package dev.nettest.samples.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/**
 * The reports of {@link PlantedBugs} are those of {@code docs/gallery.md}, and their pages those of
 * {@code docs/gallery}. {@code -Ddocs.update=true} writes them.
 */
@TestInstance(Lifecycle.PER_CLASS)
class GalleryTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Path SOURCE = Path.of("src/test/java/dev/nettest/samples/gallery/PlantedBugs.java");
    private static final boolean UPDATE = Boolean.getBoolean("docs.update");

    private final Map<String, Throwable> failures = new TreeMap<>();

    /** The reports name the thread. */
    @BeforeAll
    void runThemOnAThreadWithAName() throws InterruptedException {
        Thread thread = new Thread(this::runThem, "test");
        thread.start();
        thread.join();
    }

    private void runThem() {
        EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .configurationParameter("junit.jupiter.execution.timeout.mode", "disabled")
                .selectors(selectClass(PlantedBugs.class))
                .execute()
                .testEvents()
                .finished()
                .stream()
                .forEach(this::add);
    }

    private void add(Event finished) {
        String name = finished.getTestDescriptor().getDisplayName().replaceAll("\\(.*", "");
        finished.getPayload(TestExecutionResult.class)
                .flatMap(TestExecutionResult::getThrowable)
                .ifPresent(failure -> failures.put(name, failure));
    }

    @Test
    void eachBugFailsItsTest() throws IOException {
        assertThat(failures.keySet())
                .hasSize(10)
                .containsExactlyInAnyOrderElementsOf(
                        Source.read().stream().map(Source::name).toList());
    }

    @Test
    void theReportsAreThoseOfTheDocumentation() throws IOException {
        StringBuilder page = new StringBuilder(Files.readString(DOCS.resolve("gallery/introduction.md")));
        for (Source bug : Source.read()) {
            page.append(section(bug));
        }
        compare(DOCS.resolve("gallery.md"), page.toString());
    }

    private String section(Source bug) {
        String report = report(failures.get(bug.name()));
        return "\n## " + words(bug.name()) + "\n\n" + report.indent(4) + "\n[The page](gallery/" + bug.name()
                + ".html)\n\n<details><summary>The cause, and the test</summary>\n\n" + bug.cause() + "\n\n"
                + bug.code().indent(4) + "\n</details>\n";
    }

    @Test
    void thePagesAreThoseOfTheDocumentation() throws IOException {
        for (String name : failures.keySet()) {
            Path page = Path.of("target/nettest-traces", PlantedBugs.class.getName() + "." + name + ".html");
            // the index of the run needs the moment, and a reader of the documentation does not
            String html = Files.readString(page).replaceAll("<meta name=\"nettest-(run|time)\".*\n", "");
            compare(DOCS.resolve("gallery/" + name + ".html"), html);
        }
    }

    private static void compare(Path file, String wanted) throws IOException {
        if (UPDATE) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, wanted);
        }
        assertThat(file).hasContent(wanted);
    }

    /** {@code aRequestIsAnswered} as {@code A request is answered}. */
    private static String words(String name) {
        String spaced = name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
        return Character.toUpperCase(spaced.charAt(0)) + spaced.substring(1);
    }

    /** The failure and its notes, without the path of the page. */
    private static String report(Throwable failure) {
        StringBuilder text = new StringBuilder(failure.toString()).append('\n');
        for (Throwable note : failure.getSuppressed()) {
            text.append(note.getMessage()).append('\n');
        }
        return text.toString()
                .replace(failure.getClass().getPackageName() + ".", "")
                .lines()
                .filter(line -> !line.startsWith("the trace of this test:"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** One test of {@link PlantedBugs}: the sentence of its Javadoc, and its code. */
    private record Source(String name, String cause, String code) {

        static List<Source> read() throws IOException {
            return Arrays.stream(Files.readString(SOURCE).split("\n    /\\*\\* "))
                    .skip(1)
                    .map(Source::of)
                    .toList();
        }

        private static Source of(String text) {
            String cause = text.substring(0, text.indexOf(" */"));
            String code = text.substring(text.indexOf("    @Test"), text.lastIndexOf("    }\n") + "    }\n".length());
            String name = code.replaceAll("(?s).*?void (\\w+)\\(.*", "$1");
            return new Source(name, cause, code.stripTrailing().stripIndent());
        }
    }
}
