package dev.nettest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables of docs/architecture.md name source files that exist. */
class ArchitecturePageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern FILE = Pattern.compile("`((?:[a-z]+/)?[A-Z]\\w+)`");

    @Test
    void everyFileInTheTablesExists() throws IOException {
        List<String> sources = Prose.files(ROOT).stream()
                .filter(file -> file.matches("nettest-(core|dsl|kotest|jvm)/src/main/.*"))
                .map(file -> "/" + file.replaceFirst("\\.\\w+$", ""))
                .toList();
        List<String> named = namedFiles();

        assertThat(named).hasSizeGreaterThan(100);
        assertThat(named.stream().filter(name -> sources.stream().noneMatch(source -> source.endsWith("/" + name))))
                .as("names without a source file")
                .isEmpty();
    }

    /** The names in the last column of the tables, some with their package: {@code stream/Pipe}. */
    private static List<String> namedFiles() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/architecture.md"));
        String tables = page.substring(page.indexOf("## Where to find what"), page.indexOf("## The rules"));
        return tables.lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.split("\\|")[2])
                .flatMap(files -> FILE.matcher(files).results().map((MatchResult name) -> name.group(1)))
                .toList();
    }
}
