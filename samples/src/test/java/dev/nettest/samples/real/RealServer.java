package dev.nettest.samples.real;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A third-party server in its own process on a real loopback port: the only part of these samples that is not in
 * memory. It is ready when {@code start} returns, because its output says so.
 */
public final class RealServer implements AutoCloseable {

    private final Process process;
    private final Path directory;
    private final InetSocketAddress address;
    private final Thread reaper;

    private RealServer(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.reaper = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(reaper); // if the JVM ends during a test
    }

    /** The reason why the server cannot run here; empty if {@code program} is installed. */
    public static Optional<String> missing(String program) {
        if (find(program).isEmpty()) {
            return Optional.of(program + " is not installed; .ci/install-servers installs it on Debian");
        }
        return Optional.empty();
    }

    /** An empty Redis without persistence. */
    public static RealServer redis() throws IOException {
        int port = freePort();
        Path directory = Files.createTempDirectory("nettest-redis");
        List<String> command =
                List.of(program("redis-server"), "--port", "" + port, "--bind", "127.0.0.1", "--save", "");
        return start(command, directory, port, "Ready to accept connections");
    }

    /** An empty PostgreSQL with a user {@code test} without a password. */
    public static RealServer postgres() throws IOException {
        int port = freePort();
        Path directory = Files.createTempDirectory("nettest-postgres");
        List<String> user = List.of();
        if (System.getProperty("user.name").equals("root")) { // PostgreSQL refuses to run as root
            user = List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups");
            run(List.of("chown", "postgres", directory.toString()), directory);
        }
        Path data = directory.resolve("data");
        run(
                with(user, program("initdb"), "-D", data + "", "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync"),
                directory);
        List<String> command =
                with(user, program("postgres"), "-D", data + "", "-p", "" + port, "-h", "127.0.0.1", "-F", "-k", "");
        return start(command, directory, port, "ready to accept connections");
    }

    private static RealServer start(List<String> command, Path directory, int port, String ready) throws IOException {
        Process process = builder(command, directory).start();
        RealServer server = new RealServer(process, directory, port);
        BufferedReader output = process.inputReader(UTF_8);
        StringBuilder startOutput = new StringBuilder();
        String line = output.readLine();
        while (line != null && !line.contains(ready)) {
            startOutput.append(line).append('\n');
            line = output.readLine();
        }
        if (line == null) {
            server.close();
            throw new IOException(String.join(" ", command) + " ended before it was ready:\n" + startOutput);
        }
        Thread drain = new Thread(() -> drain(output), "output of " + command.get(0));
        drain.setDaemon(true);
        drain.start();
        return server;
    }

    private static void drain(BufferedReader output) {
        try {
            output.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // the process has ended
        }
    }

    /** The real address on which the server listens. */
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() throws IOException {
        Runtime.getRuntime().removeShutdownHook(reaper);
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void run(List<String> command, Path directory) throws IOException {
        Process process = builder(command, directory).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed:\n" + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static ProcessBuilder builder(List<String> command, Path directory) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C"); // start() recognises the English ready message
        return builder;
    }

    /** A port that is free now. Another process could take it before the server does, which is unlikely. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static List<String> with(List<String> user, String... command) {
        List<String> all = new ArrayList<>(user);
        all.addAll(List.of(command));
        return all;
    }

    private static String program(String name) throws IOException {
        return find(name).orElseThrow(() -> new IOException(name + " is not installed"));
    }

    /** Looks on the path and in Debian's directory for PostgreSQL. */
    private static Optional<String> find(String name) {
        List<Path> places = new ArrayList<>();
        for (String place : System.getenv("PATH").split(":")) {
            places.add(Path.of(place));
        }
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            versions.map(version -> version.resolve("bin")).forEach(places::add);
        } catch (IOException e) {
            // no such directory: only the path is searched
        }
        return places.stream()
                .map(place -> place.resolve(name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
