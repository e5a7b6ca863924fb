package dev.nettest.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The program {@code tshark}, if it is installed. */
final class Tshark {

    private static final Optional<Path> PROGRAM = Stream.of(
                    System.getenv().getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator)))
            .map(directory -> Path.of(directory, "tshark"))
            .filter(Files::isExecutable)
            .findFirst();

    private static final List<String> CHECKS = List.of(
            "-n", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE");

    private Tshark() {}

    /** Skips the test without the program. */
    static void assumeInstalled() {
        assumeTrue(PROGRAM.isPresent(), "tshark is not installed; .ci/install-servers installs it on Debian");
    }

    /** The output of tshark for {@code capture}. */
    static String run(Path capture, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PROGRAM.orElseThrow().toString(), "-r", capture.toString()));
        command.addAll(CHECKS);
        command.addAll(Arrays.asList(options));
        Path errors = Files.createTempFile(capture.toAbsolutePath().getParent(), "tshark", ".err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + Files.readString(errors));
        }
        return output;
    }

    /** One line for each packet, with the values of {@code fields}. */
    static List<List<String>> fields(Path capture, List<String> options, String... fields)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("-T", "fields", "-E", "aggregator=;"));
        for (String field : fields) {
            all.addAll(List.of("-e", field));
        }
        return run(capture, all.toArray(String[]::new))
                .lines()
                .map(line -> List.of(line.split("\t", -1)))
                .toList();
    }

    /** The bytes of a TCP stream from the first node to the second, and back, in hexadecimal digits. */
    static List<String> follow(Path capture, int stream) throws IOException, InterruptedException {
        StringBuilder there = new StringBuilder();
        StringBuilder back = new StringBuilder();
        String output = run(capture, "-q", "-z", "follow,tcp,raw," + stream);
        output.lines()
                .filter(line -> line.matches("\t?[0-9a-f]+"))
                .forEach(line -> (line.startsWith("\t") ? back : there).append(line.strip()));
        return List.of(there.toString(), back.toString());
    }
}
