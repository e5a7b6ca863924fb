package dev.nettest.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every Kotlin or Java block of the documentation is a region of the samples. {@code -Ddocs.update=true} updates it.
 */
class DocsTest {

    private static final Path SAMPLES =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path ROOT = SAMPLES.getParent();

    static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            Stream<Path> pages = docs.filter(file -> file.toString().endsWith(".md"));
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), pages)
                    .map(ROOT::relativize)
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void showsCompiledCode(Path document) throws IOException {
        Path file = ROOT.resolve(document);
        String updated = Snippets.of(SAMPLES.resolve("src")).update(Snippets.read(file));
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(file, updated);
        }

        assertThat(Snippets.read(file)).as("to update: -Ddocs.update=true").isEqualTo(updated);
    }
}
