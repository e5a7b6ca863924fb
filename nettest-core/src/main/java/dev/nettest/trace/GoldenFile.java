package dev.nettest.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A file with the expected text of a test, such as a {@link dev.nettest.Transcript}:
 *
 * <pre>{@code
 * GoldenFile.of("login.txt").check(connection.transcript());
 * }</pre>
 *
 * <p>With {@code -Dnettest.golden.update=true} a check replaces the file and passes. A check of a missing file creates
 * it and fails, so that the next run compares. If the environment variable {@code CI} is set, a check writes nothing:
 * it fails for a missing file, and for the flag.
 *
 * <p>Text and file are compared line by line. Line feeds and carriage returns are not compared.
 */
public final class GoldenFile {

    private static final String FLAG = "nettest.golden.update";
    private static final Path RESOURCES = Path.of("src", "test", "resources");

    /** Equal lines shown before the first different one. */
    private static final int SHOWN = 2;

    private final Path file;
    private final boolean updates;
    private final boolean onServer;

    /**
     * @param updates true if a check replaces the file
     * @param onServer true if no check may write a file
     */
    GoldenFile(Path file, boolean updates, boolean onServer) {
        this.file = file;
        this.updates = updates;
        this.onServer = onServer;
    }

    /**
     * The file with this name under {@code src/test/resources} of the working directory, which is that of the module in
     * Maven and Gradle.
     *
     * @param name the name, with directories if there are any, such as {@code "transcripts/login.txt"}
     */
    public static GoldenFile of(String name) {
        return at(RESOURCES.resolve(Objects.requireNonNull(name, "name")));
    }

    /** This file. */
    public static GoldenFile at(Path file) {
        Objects.requireNonNull(file, "file");
        return new GoldenFile(file, Boolean.getBoolean(FLAG), System.getenv("CI") != null);
    }

    /**
     * Fails unless the file has this text.
     *
     * @param text its {@code toString()} is compared
     * @throws AssertionError with the first different line of both
     * @throws UncheckedIOException if the file cannot be read or written
     */
    public void check(Object text) {
        difference(text).ifPresent(difference -> {
            throw new AssertionError(difference);
        });
    }

    /**
     * Like {@link #check}, but returns the message.
     *
     * @return empty if the file has this text, or has it now
     * @throws UncheckedIOException if the file cannot be read or written
     */
    public Optional<String> difference(Object text) {
        List<String> actual =
                Objects.requireNonNull(text, "text").toString().lines().toList();
        try {
            if (updates) {
                return update(actual);
            }
            return Files.exists(file)
                    ? difference(Files.readString(file, UTF_8).lines().toList(), actual)
                    : create(actual);
        } catch (IOException e) {
            throw new UncheckedIOException("the golden file " + file.toAbsolutePath(), e);
        }
    }

    private Optional<String> update(List<String> actual) throws IOException {
        if (onServer) {
            return Optional.of("-D" + FLAG + " is set, and so is the environment variable CI: a build server compares"
                    + " golden files and does not replace them");
        }
        if (!Files.exists(file)
                || !Files.readString(file, UTF_8).lines().toList().equals(actual)) {
            write(actual);
            System.err.println("nettest: the golden file " + file + " was replaced");
        }
        return Optional.empty();
    }

    private Optional<String> create(List<String> actual) throws IOException {
        if (onServer) {
            return Optional.of("the golden file " + file.toAbsolutePath() + " is missing; run the test elsewhere to"
                    + " create it, and commit it");
        }
        write(actual);
        return Optional.of("the golden file " + file.toAbsolutePath() + " was missing; it now has the "
                + actual.size() + (actual.size() == 1 ? " line" : " lines")
                + " of this run. Check them and run the test again");
    }

    private void write(List<String> lines) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        Files.writeString(file, text, UTF_8);
    }

    private Optional<String> difference(List<String> expected, List<String> actual) {
        if (expected.equals(actual)) {
            return Optional.empty();
        }
        int at = 0;
        while (at < expected.size() && at < actual.size() && expected.get(at).equals(actual.get(at))) {
            at++;
        }
        StringBuilder message = new StringBuilder("the text differs from the golden file ")
                .append(file)
                .append(" in line ")
                .append(at + 1);
        for (int i = Math.max(0, at - SHOWN); i < at; i++) {
            message.append("\n  both:     ").append(line(expected, i));
        }
        message.append("\n  expected: ").append(line(expected, at));
        message.append("\n  actual:   ").append(line(actual, at));
        return Optional.of(
                message.append("\n-D" + FLAG + "=true replaces the file").toString());
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() ? '"' + lines.get(index) + '"' : "nothing more, after " + lines.size() + " lines";
    }
}
