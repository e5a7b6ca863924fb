package dev.nettest.kotest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every public declaration names a sample, which exists and is called by a spec. */
class SampleReferencesTest {
    private static final String SAMPLES = "dev.nettest.kotest.samples.";
    private static final Path SPECS = Path.of("src/test/kotlin/dev/nettest/kotest/samples/SamplesSpec.kt");
    private static final Pattern PUBLIC = Pattern.compile("(?m)^(?: *@\\w+\\R)* *(public|override) .*");
    private static final Pattern TOP_LEVEL = Pattern.compile("(?m)^(public|internal|private) ");
    private static final Pattern REFERENCE = Pattern.compile("@sample ([\\w.]+)");

    @Test
    void everyPublicDeclarationNamesASample() throws IOException {
        for (String source : sources()) {
            Matcher declaration = PUBLIC.matcher(source);
            while (declaration.find()) {
                String before = source.substring(0, declaration.start()).stripTrailing();
                String documentation = before.substring(Math.max(0, before.lastIndexOf("/**")));
                boolean isOwn = before.endsWith("*/");

                // A property that an override implements has the documentation of what it overrides.
                if (isOwn || !(declaration.group().contains("override val") || isInInternalType(before))) {
                    assertThat(isOwn ? documentation : "")
                            .as(declaration.group())
                            .containsPattern(REFERENCE);
                }
            }
        }
    }

    /** True if the last declaration at the beginning of a line is internal or private. */
    private static boolean isInInternalType(String before) {
        return TOP_LEVEL
                .matcher(before)
                .results()
                .map(found -> !found.group(1).equals("public"))
                .reduce(false, (earlier, last) -> last);
    }

    @Test
    void everySampleExistsAndRuns() throws Exception {
        Set<String> functions = Stream.of(Class.forName(SAMPLES + "SamplesKt").getMethods())
                .filter(method -> method.getDeclaringClass().getName().startsWith(SAMPLES))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> referenced = sources().stream()
                .flatMap(source -> REFERENCE.matcher(source).results().map(found -> found.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(referenced).isEqualTo(functions.stream().map(SAMPLES::concat).collect(Collectors.toSet()));
        assertThat(functions)
                .allSatisfy(function -> assertThat(Files.readString(SPECS)).contains("{ " + function + "() }"));
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/kotlin"))) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".kt")).toList();
            assertThat(sources).isNotEmpty();
            return sources.stream().map(SampleReferencesTest::read).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
