package dev.nettest.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.Transcript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenFileTest {

    @TempDir
    private Path directory;

    private GoldenFile comparing(Path file) {
        return new GoldenFile(file, false, false);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("golden.txt"), text);
    }

    @Test
    void equalTextPasses() throws IOException {
        GoldenFile golden = comparing(file("a\nb\n"));
        golden.check("a\nb\n");
        golden.check("a\nb");
        golden.check("a\r\nb\r\n");
    }

    @Test
    void aDifferentLineIsShownWithTheLinesBefore() throws IOException {
        Path file = file("a\nb\nc\nd\n");
        assertThatThrownBy(() -> comparing(file).check("a\nb\nc\nD\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("the text differs from the golden file " + file + " in line 4\n  both:     \"b\"\n"
                        + "  both:     \"c\"\n  expected: \"d\"\n  actual:   \"D\"\n"
                        + "-Dnettest.golden.update=true replaces the file");
        assertThat(file).hasContent("a\nb\nc\nd\n");
    }

    @Test
    void aMissingLineIsShown() throws IOException {
        Path file = file("a\nb\n");
        assertThat(comparing(file).difference("a"))
                .get()
                .asString()
                .contains("  expected: \"b\"\n  actual:   nothing more, after 1 lines\n");
        assertThat(comparing(file).difference("a\nb\nc"))
                .get()
                .asString()
                .contains("  expected: nothing more, after 2 lines\n  actual:   \"c\"\n");
    }

    @Test
    void aMissingFileIsCreatedAndFails() {
        Path file = directory.resolve("new/golden.txt");
        assertThat(comparing(file).difference("a\r\nb"))
                .contains("the golden file " + file
                        + " was missing; it now has the 2 lines of this run. Check them and run" + " the test again");
        assertThat(file).hasContent("a\nb\n");
        comparing(file).check("a\r\nb");
    }

    @Test
    void theFlagReplacesTheFile() throws IOException {
        Path file = file("a\n");
        new GoldenFile(file, true, false).check("b");
        assertThat(file).hasContent("b\n");
        Path missing = directory.resolve("missing.txt");
        new GoldenFile(missing, true, false).check("b");
        assertThat(missing).hasContent("b\n");
    }

    @Test
    void aBuildServerWritesNothing() throws IOException {
        Path file = file("a\n");
        assertThat(new GoldenFile(file, true, true).difference("a"))
                .contains(
                        "-Dnettest.golden.update is set, and so is the environment variable CI: a build server compares"
                                + " golden files and does not replace them");
        assertThat(file).hasContent("a\n");
        Path missing = directory.resolve("missing.txt");
        assertThat(new GoldenFile(missing, false, true).difference("a"))
                .contains("the golden file " + missing
                        + " is missing; run the test elsewhere to create it, and commit it");
        assertThat(missing).doesNotExist();
    }

    @Test
    void anUnreadableFileIsAnError() {
        assertThatThrownBy(() -> comparing(directory).check("a"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("the golden file " + directory);
    }

    @Test
    void aTranscriptEqualsItsFile() throws IOException {
        try (Network network = Network.create()) {
            Connection client = network.pair().client();
            Transcript transcript = client.transcript();
            client.write(ByteBuffer.wrap("PING\r\n".getBytes(US_ASCII)));
            GoldenFile.of("golden/ping.txt").check(transcript);
            GoldenFile.of("golden/ping.hex").check(transcript.hex());
        }
    }
}
