package dev.nettest;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.fail;

import dev.nettest.Prose.Offence;
import dev.nettest.Prose.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the mechanical rules for prose in the sources of all modules, and first the checker. */
class ProseTest {
    private static final String EXPORTED = "nettest-core/src/main/java/dev/nettest/Some.java";
    private static final String INTERNAL = "nettest-core/src/main/java/dev/nettest/internal/net/Some.java";

    @ParameterizedTest
    @EnumSource
    void everySourceKeepsTheRule(Rule rule) throws IOException {
        List<Offence> offences = Prose.check(Path.of(".."), file -> true).stream()
                .filter(offence -> offence.rule() == rule)
                .toList();
        if (!offences.isEmpty()) {
            fail(offences.size() + " offences; without a build: java " + Prose.SOURCE + " .\n"
                    + offences.stream().map(Offence::toString).collect(joining("\n")));
        }
    }

    @Test
    void theSourcesOfEveryModuleAreRead() throws IOException {
        List<String> files = Prose.files(Path.of(".."));

        assertThat(files.stream().filter(file -> file.contains("/target/"))).isEmpty();
        assertThat(Set.copyOf(files))
                .contains(
                        "nettest-core/src/main/java/dev/nettest/Network.java",
                        Prose.SOURCE,
                        "nettest-dsl/src/main/kotlin/dev/nettest/dsl/NetworkScope.kt",
                        "nettest-kotest/src/main/kotlin/dev/nettest/kotest/KotestNetworkExtension.kt",
                        "benchmarks/src/main/java/dev/nettest/benchmarks/Report.java",
                        "samples/src/test/java/dev/nettest/samples/DocsTest.java",
                        "consumers/api/src/test/java/dev/nettest/consumers/Library.java");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "// What a half holds.",
                "/** Whoever waits. */",
                "/* Where it is. */",
                "/** Reads. Of these the first. */",
                "/** Reads {@code x}. Those wait. */",
                "/** Reads (all). Who waits? */",
                "/**\n * Reads\n * <p>Word of it. */",
                "/**\n * @param x Where it is\n */",
                "/** <ul><li>What is read</ul> */",
                "/** \"What\" is read. */"
            })
    void refusesAnOpener(String source) {
        assertThat(Prose.check(INTERNAL, source)).extracting(Offence::rule).contains(Rule.OPENER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/** Whether it is open. True where it is. */",
                "/** The lock, e.g. Where. */",
                "/** Reads {@code Where x}. {@code Of} is a name. */",
                "/** <pre>{@code\n * Where x\n * }</pre> */",
                "String s = \"// What\"; char c = '\"'; // a quote",
                "String s = \"\"\"\n    // What \\\"\"\" // Who\n    \"\"\";",
                "/** Offset of the first. Whatever is read, words count. */"
            })
    void allowsAnOpener(String source) {
        assertThat(Prose.check(INTERNAL, source)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "// somebody reads",
                "/** Nobody. */",
                "/* anybody\n * else */",
                "/** A thread that takes\n * part. */",
                "int x; // the one who reads"
            })
    void refusesAWord(String source) {
        assertThat(Prose.check(INTERNAL, source)).extracting(Offence::rule).containsExactly(Rule.BANNED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "String nobody = \"nobody\";",
                "/** Reads {@code nobody}. */",
                "/** Reads {@link Some#nobody(int) it}. */",
                "/** Reads `nobody`. A whole antibody whose way. */",
                "/** Reads <code>nobody</code>. */"
            })
    void allowsAWord(String source) {
        assertThat(Prose.check(INTERNAL, source)).isEmpty();
    }

    @Test
    void countsWordsOfASentenceInTheApi() {
        String most = "/** " + "w ".repeat(Prose.MOST_WORDS - 1) + "end. Another sentence. */";
        String more = "/**\n * " + "w ".repeat(Prose.MOST_WORDS) + "\n * end. */";

        assertThat(Prose.check(EXPORTED, most)).isEmpty();
        assertThat(Prose.check(EXPORTED, more))
                .extracting(Offence::rule, Offence::line)
                .containsExactly(tuple(Rule.WORDS, 2));
        assertThat(Prose.check("nettest-dsl/src/main/kotlin/dev/nettest/dsl/Some.kt", more))
                .hasSize(1);
        assertThat(Prose.check("nettest-kotest/src/main/kotlin/dev/nettest/kotest/Some.kt", more))
                .hasSize(1);
        assertThat(Prose.check(INTERNAL, more)).isEmpty();
        assertThat(Prose.check(EXPORTED, more.replace("/**", "/*"))).isEmpty();
    }

    @Test
    void countsAnInlineTagAsOneWord() {
        String words = "w ".repeat(Prose.MOST_WORDS - 2);

        assertThat(Prose.check(EXPORTED, "/** " + words + "{@code a b {c} d} {@link A#b(int, int) e f}. */"))
                .isEmpty();
        assertThat(Prose.check(EXPORTED, "/** " + words + "{@code a} - {@code b}, {@code c}. */"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n * <p>", "\n * <li>", "\n *\n * ", "\n * @return ", "\n * @param x ", ". ", "? "})
    void endsASentence(String end) {
        String words = "w ".repeat(Prose.MOST_WORDS - 1);

        assertThat(Prose.check(EXPORTED, "/** " + words + end + "Word" + " w".repeat(Prose.MOST_WORDS - 1) + " */"))
                .extracting(Offence::rule)
                .containsOnly(Rule.OPENER);
    }

    @Test
    void countsColumns() {
        String line = "x".repeat(Prose.MOST_COLUMNS);

        assertThat(Prose.check(INTERNAL, "\n" + line + "\n")).isEmpty();
        assertThat(Prose.check(INTERNAL, "\n" + line + "x\n"))
                .extracting(Offence::rule, Offence::line)
                .containsExactly(tuple(Rule.COLUMNS, 2));
        assertThat(Prose.check(INTERNAL, "s = \"\"\"\n" + line + "x\n\"\"\";")).isEmpty();
    }

    @Test
    void saysWhereTheOffenceIs() {
        String source =
                "class A {\n    // One line. No\n    // body is here, but nobody\n    // reads. What is read\n}";

        assertThat(Prose.check(INTERNAL, source))
                .extracting(Offence::toString)
                .containsExactly(INTERNAL + ":3: says: nobody", INTERNAL + ":4: opens with: What is read");
    }

    @Test
    void readsKotlin() {
        String source = """
                val a = "${map["// What"]} // Who" /* one /* Nobody */ nobody */
                val b = ""\"${"// What"} "\""\"" // What is code
                /** [Nobody] reads `nobody`. */
                """;

        assertThat(Prose.check("Some.kt", source))
                .extracting(Offence::toString)
                .containsExactly(
                        "Some.kt:1: says: Nobody", "Some.kt:1: says: nobody", "Some.kt:2: opens with: What is code");
    }
}
