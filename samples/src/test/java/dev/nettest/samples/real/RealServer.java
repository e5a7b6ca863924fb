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
 * A server of somebody else, in a process of its own on a real port of real loopback: the one thing in these samples that is not in
 * memory. It is there when {@code start} returns, because it said so itself.
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
        Runtime.getRuntime().addShutdownHook(reaper); // for a JVM that ends in the middle of a test
    }

    /** Why there can be none here; empty where {@code program} is installed, and may be run. */
    public static Optional<String> missing(String program) {
        if (find(program).isEmpty()) {
            return Optional.of(program + " is not installed; .ci/install-servers installs it on Debian");
        }
        return Optional.empty();
    }

    /** A Redis with nothing in it, which keeps nothing. */
    public static RealServer redis() throws IOException {
        int port = freePort();
        Path directory = Files.createTempDirectory("nettest-redis");
        List<String> command =
                List.of(program("redis-server"), "--port", "" + port, "--bind", "127.0.0.1", "--save", "");
        return start(command, directory, port, "Ready to accept connections");
    }

    /** A PostgreSQL with nothing in it, and a user {@code test} without a password. */
    public static RealServer postgres() throws IOException {
        int port = freePort();
        Path directory = Files.createTempDirectory("nettest-postgres");
        List<String> user = List.of();
        if (System.getProperty("user.name").equals("root")) { // as which it refuses to run
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
        StringBuilder said = new StringBuilder();
        String line = output.readLine();
        while (line != null && !line.contains(ready)) {
            said.append(line).append('\n');
            line = output.readLine();
        }
        if (line == null) {
            server.close();
            throw new IOException(String.join(" ", command) + " ended before it was ready:\n" + said);
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

    /** Where it listens, outside of every network. */
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
        builder.environment().put("LC_ALL", "C"); // it is told by its messages when it is ready
        return builder;
    }

    /** Free now; that nobody takes it before the server does is likely, and not certain. */
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

    /** On the path, or where Debian has the programs of PostgreSQL. */
    private static Optional<String> find(String name) {
        List<Path> places = new ArrayList<>();
        for (String place : System.getenv("PATH").split(":")) {
            places.add(Path.of(place));
        }
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            versions.map(version -> version.resolve("bin")).forEach(places::add);
        } catch (IOException e) {
            // not Debian, or not installed: then the path decides
        }
        return places.stream()
                .map(place -> place.resolve(name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
