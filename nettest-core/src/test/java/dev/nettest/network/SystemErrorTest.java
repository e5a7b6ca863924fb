package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Personality;
import dev.nettest.SystemError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of the documentation matches the code and names a source for every text. */
class SystemErrorTest {
    private static final Path PAGE = Path.of("..", "docs", "personalities.md");
    private static final String TABLE = "## The table";
    private static final String SOURCES = "## Sources";

    @ParameterizedTest
    @EnumSource(SystemError.class)
    void documentationMatchesTheCode(SystemError error) throws IOException {
        List<String> row = row(TABLE, error);

        assertThat(row)
                .as("name, what happened, exception, Linux, Windows, macOS")
                .hasSize(6);
        assertThat(row.subList(2, 6))
                .containsExactly(
                        code(error.exception(Personality.LINUX).getClass().getSimpleName()),
                        code(error.text(Personality.LINUX)),
                        code(error.text(Personality.WINDOWS)),
                        code(error.text(Personality.MACOS)));
    }

    @ParameterizedTest
    @EnumSource(SystemError.class)
    void everyTextHasASource(SystemError error) throws IOException {
        assertThat(row(SOURCES, error))
                .as("name, and a source for Linux, Windows, macOS")
                .hasSize(4)
                .noneMatch(String::isBlank);
    }

    @Test
    void theDocumentationHasNoOtherRows() throws IOException {
        List<String> names = Arrays.stream(SystemError.values())
                .map(error -> code(error.name()))
                .toList();

        assertThat(names(TABLE)).containsExactlyElementsOf(names);
        assertThat(names(SOURCES)).containsExactlyElementsOf(names);
    }

    @ParameterizedTest
    @EnumSource(SystemError.class)
    void anExceptionHasTheTextAndOneClass(SystemError error) {
        for (Personality personality : Personality.values()) {
            assertThat(error.exception(personality))
                    .isExactlyInstanceOf(error.exception(Personality.LINUX).getClass())
                    .hasMessage(error.text(personality));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTION_REFUSED, CONNECTION_REFUSED_POLLED",
        "CONNECTION_TIMED_OUT, CONNECTION_TIMED_OUT_POLLED",
        "HOST_UNREACHABLE, HOST_UNREACHABLE_POLLED",
        "NETWORK_UNREACHABLE, NETWORK_UNREACHABLE_POLLED",
        "PORTS_EXHAUSTED, PORTS_EXHAUSTED_POLLED",
        "CONNECTION_REFUSED_POLLED, CONNECTION_REFUSED_POLLED",
        "ADDRESS_IN_USE, ADDRESS_IN_USE",
        "BROKEN_PIPE, BROKEN_PIPE"
    })
    void pollingAConnectSaysAnotherCall(SystemError blocked, SystemError polled) {
        assertThat(blocked.polled()).isEqualTo(polled);
    }

    private static List<String> row(String section, SystemError error) throws IOException {
        List<List<String>> rows = rows(section).stream()
                .filter(row -> row.get(0).equals(code(error.name())))
                .toList();
        assertThat(rows).as("rows of " + error + " under " + section).hasSize(1);
        return rows.get(0);
    }

    private static List<String> names(String section) throws IOException {
        return rows(section).stream().map(row -> row.get(0)).toList();
    }

    /** The cells of the table in a section, without its head. */
    private static List<List<String>> rows(String section) throws IOException {
        return Files.readString(PAGE)
                .lines()
                .dropWhile(line -> !line.equals(section))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| ") && !line.startsWith("| `SystemError` |"))
                .map(SystemErrorTest::cells)
                .toList();
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                .map(String::strip)
                .toList();
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
