package dev.nettest.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The README names each module of nettest as its POM does, for Maven, for Gradle and in the version catalog. */
class CoordinatesTest {

    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final String README = Snippets.read(ROOT.resolve("README.md"));

    /** The version is empty if the BOM sets it. */
    private record Coordinates(String group, String artifact, String version) {}

    @Test
    void maven() throws Exception {
        List<Coordinates> named = new ArrayList<>();
        for (String block : blocks("xml").toList()) {
            for (Element dependency : elements(parse("<snippet>" + block + "</snippet>"), "dependency")) {
                named.add(coordinates(dependency));
            }
        }

        assertThat(named).extracting(Coordinates::artifact).contains("nettest-bom", "nettest-dsl", "nettest-kotest");
        assertThat(named).allSatisfy(this::isAModule);
    }

    @Test
    void gradle() {
        List<Coordinates> named = blocks("kotlin")
                .flatMap(block -> matches("\\(\"(dev\\.nettest[^:\"]*):([^:\"]+)(?::([^:\"]+))?\"\\)", block))
                .map(found -> new Coordinates(found.group(1), found.group(2), orEmpty(found.group(3))))
                .toList();

        assertThat(named).extracting(Coordinates::artifact).contains("nettest-bom", "nettest-dsl", "nettest-kotest");
        assertThat(named).allSatisfy(this::isAModule);
    }

    @Test
    void versionCatalog() {
        String catalog = blocks("toml").collect(Collectors.joining("\n"));
        Map<String, String> versions = matches("(?m)^(\\w+) = \"([^\"]+)\"$", catalog)
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
        Map<String, Coordinates> libraries = matches(
                        "(?m)^([\\w-]+) = \\{ module = \"([^:\"]+):([^:\"]+)\"(?:, version\\.ref = \"(\\w+)\")? }$",
                        catalog)
                .collect(Collectors.toMap(
                        found -> found.group(1),
                        found -> new Coordinates(
                                found.group(2), found.group(3), orEmpty(versions.get(found.group(4))))));

        assertThat(libraries.values())
                .extracting(Coordinates::artifact)
                .contains("nettest-bom", "nettest-dsl", "nettest-kotest");
        assertThat(libraries.values()).allSatisfy(this::isAModule);
        assertThat(libraries.get("nettest-bom").version()).isEqualTo(versions.get("nettest"));
        assertThat(blocks("kotlin").flatMap(block -> matches("\\(libs\\.([\\w.]+)\\)", block)))
                .extracting(found -> found.group(1).replace('.', '-'))
                .isNotEmpty()
                .isSubsetOf(libraries.keySet());
    }

    private void isAModule(Coordinates named) throws Exception {
        Element parent = parse(Files.readString(ROOT.resolve("pom.xml")));
        Path pom = ROOT.resolve(named.artifact()).resolve("pom.xml");
        assertThat(elements(parent, "module"))
                .extracting(Element::getTextContent)
                .contains(named.artifact());

        Element module = parse(Files.readString(pom));
        assertThat(child(module, "artifactId")).isEqualTo(named.artifact());
        assertThat(child(parent, "groupId")).isEqualTo(named.group());
        assertThat(coordinates(elements(module, "parent").get(0)))
                .isEqualTo(new Coordinates(named.group(), "nettest-parent", child(parent, "version")));
        if (!named.version().isEmpty()) {
            assertThat(named.version()).isEqualTo(child(parent, "version"));
        } else {
            Element bom = parse(Files.readString(ROOT.resolve("nettest-bom").resolve("pom.xml")));
            assertThat(elements(bom, "dependency"))
                    .extracting(managed -> child(managed, "artifactId"))
                    .contains(named.artifact());
        }
    }

    /** The README's blocks of {@code language}. */
    private static Stream<String> blocks(String language) {
        return matches("(?ms)^```" + language + "\\n(.*?)^```$", README).map(found -> found.group(1));
    }

    private static Stream<MatchResult> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results();
    }

    private static Coordinates coordinates(Element element) {
        return new Coordinates(child(element, "groupId"), child(element, "artifactId"), child(element, "version"));
    }

    private static String child(Element element, String name) {
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals(name)) {
                return node.getTextContent();
            }
        }
        return "";
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static List<Element> elements(Element root, String name) {
        var found = root.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(index -> (Element) found.item(index))
                .toList();
    }

    private static Element parse(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(UTF_8)))
                .getDocumentElement();
    }
}
