package dev.nettest.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** The versions in the README match those of the projects in consumers/ and of the parent pom. */
class VersionsTest {

    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();

    private static final String MARK = "<!-- versions: consumers/pom.xml -->";

    /** The rows of the README's table, with their properties in consumers/pom.xml. */
    private static final Map<String, String> PROPERTIES = Map.of(
            "Java", "java.version.tested",
            "Kotlin", "kotlin.version",
            "kotlinx-coroutines", "coroutines.version",
            "JUnit Jupiter", "junit.version",
            "Kotest, with `nettest-kotest`", "kotest.version",
            "Kotest, with `nettest-dsl` alone", "kotest.plain.version");

    private final XPath xpath = XPathFactory.newInstance().newXPath();

    @Test
    void theReadmePromisesTheVersionsOfTheConsumers() throws Exception {
        Document consumers = parse("consumers/pom.xml");
        Map<String, List<String>> run = new LinkedHashMap<>();
        for (Map.Entry<String, String> row : PROPERTIES.entrySet()) {
            run.put(
                    row.getKey(),
                    List.of(
                            consumed(consumers, "oldest", row.getValue()),
                            consumed(consumers, "newest", row.getValue())));
        }

        assertThat(promised()).isEqualTo(run);
    }

    @Test
    void theConsumersRunTheOldestPublishedVersions() throws Exception {
        Document consumers = parse("consumers/pom.xml");
        Document parent = parse("pom.xml");

        assertThat(pinned(parent, "maven.compiler.release"))
                .isEqualTo(consumed(consumers, "oldest", "java.version.tested"));
        assertThat(pinned(parent, "kotlin.stdlib.version")).isEqualTo(consumed(consumers, "oldest", "kotlin.version"));
        assertThat(pinned(parent, "kotlinx-coroutines.version"))
                .isEqualTo(consumed(consumers, "oldest", "coroutines.version"));
        assertThat(pinned(parent, "kotest.version")).isEqualTo(consumed(consumers, "oldest", "kotest.version"));
    }

    @Test
    void theConsumersRunTheNewestVersionsOfTheBuild() throws Exception {
        Document consumers = parse("consumers/pom.xml");
        Document parent = parse("pom.xml");

        assertThat(Files.readString(ROOT.resolve(".ci/run")))
                .contains("on JDK " + consumed(consumers, "newest", "java.version.tested") + " ($newer)");
        assertThat(pinned(parent, "kotlin.version")).isEqualTo(consumed(consumers, "newest", "kotlin.version"));
        assertThat(pinned(parent, "kotlinx-coroutines.newest.version"))
                .isEqualTo(consumed(consumers, "newest", "coroutines.version"));
        assertThat(pinned(parent, "junit.version")).isEqualTo(consumed(consumers, "newest", "junit.version"));
        assertThat(pinned(parent, "kotest.newest.version"))
                .isEqualTo(consumed(consumers, "newest", "kotest.version"))
                .isEqualTo(consumed(consumers, "newest", "kotest.plain.version"));
    }

    @Test
    void theTestSuiteOfNettyHasTheVersionOfTheBuild() throws Exception {
        Document suite = parse("consumers/netty-testsuite/pom.xml");

        assertThat(consumed(suite, "netty-4.2", "netty.version")).isEqualTo(pinned(parse("pom.xml"), "netty.version"));
    }

    /** The rows of the table under the mark: the subject, with the oldest and the newest version. */
    private static Map<String, List<String>> promised() throws IOException {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(ROOT.resolve("README.md"));
        assertThat(lines).containsOnlyOnce(MARK);
        lines.stream()
                .skip(lines.indexOf(MARK) + 3) // the mark, the heading and the line under it
                .takeWhile(line -> line.startsWith("|"))
                .map(line ->
                        Stream.of(line.split("\\|")).skip(1).map(String::strip).toList())
                .forEach(cells -> rows.put(cells.get(0), cells.subList(1, cells.size())));
        return rows;
    }

    private String consumed(Document consumers, String profile, String property) throws Exception {
        return value(consumers, "/project/profiles/profile[id='" + profile + "']/properties/" + property);
    }

    private String pinned(Document parent, String property) throws Exception {
        return value(parent, "/project/properties/" + property);
    }

    private String value(Document pom, String path) throws Exception {
        String value = xpath.evaluate(path, pom);
        assertThat(value).as(path).isNotEmpty();
        return value;
    }

    private static Document parse(String pom) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(ROOT.resolve(pom).toFile());
    }
}
