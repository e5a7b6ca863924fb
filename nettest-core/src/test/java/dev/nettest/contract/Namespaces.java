package dev.nettest.contract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The oracle of cut links: two network namespaces of the kernel, joined by a pair of {@code veth} devices. A
 * {@link NamespaceAgent} in each of them runs the commands of the test. It takes root and the program {@code ip}.
 *
 * <p>A cut sets the server's device down, like a pulled cable. A one-way cut sends frames to a hardware address that
 * the other end does not have, so they are lost in silence. The addresses of neighbours are fixed, because a failed
 * ARP request would turn a timeout into {@code No route to host}.
 *
 * <p>With few retries a timeout takes a second or two.
 */
final class Namespaces implements CutBackend {
    private static final String CLIENT_MAC = "02:00:00:00:00:0a";
    private static final String SERVER_MAC = "02:00:00:00:00:0b";
    private static final String NO_MAC = "02:00:00:00:00:ff";
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Side client;
    private final Side server;

    private Namespaces(String name) {
        client = new Side(name + "a", CLIENT_ADDRESS, SERVER_ADDRESS, SERVER_MAC);
        server = new Side(name + "b", SERVER_ADDRESS, CLIENT_ADDRESS, CLIENT_MAC);
    }

    /** Creates both namespaces and starts an agent in each. */
    static Namespaces open(int retries) {
        Namespaces created = new Namespaces("nettest-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
        try {
            created.create(retries);
            return created;
        } catch (RuntimeException | Error failed) {
            created.close();
            throw failed;
        }
    }

    /** Null if namespaces can be created; otherwise the reason why not. */
    static String refusal() {
        String name = "nettest-" + ProcessHandle.current().pid() + "-probe";
        try {
            ip("netns add " + name);
            ip("-n " + name + " link add name v0 type veth peer name v1");
            return null;
        } catch (AssertionError | UncheckedIOException e) {
            return "network namespaces cannot be created: " + e.getMessage();
        } finally {
            deleteQuietly(name);
        }
    }

    private void create(int retries) {
        ip("netns add " + client.namespace);
        ip("netns add " + server.namespace);
        ip("-n " + client.namespace + " link add name v address " + CLIENT_MAC + " type veth peer name v address "
                + SERVER_MAC + " netns " + server.namespace);
        client.configure(retries);
        server.configure(retries);
        client.startAgent();
        server.startAgent();
    }

    @Override
    public Machine client() {
        return client.agent;
    }

    @Override
    public Machine server() {
        return server.agent;
    }

    @Override
    public void cut() {
        ip("-n " + server.namespace + " link set v down");
    }

    @Override
    public void cutToClient() {
        server.neighbour(NO_MAC);
    }

    @Override
    public void cutToServer() {
        client.neighbour(NO_MAC);
    }

    @Override
    public void repair() {
        ip("-n " + server.namespace + " link set v up");
        client.neighbour(client.peerMac);
        server.neighbour(server.peerMac);
    }

    @Override
    public void killServer() {
        server.agent.kill();
        server.startAgent();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }

    // ---- one namespace

    private static final class Side {
        private final String namespace;
        private final String address;
        private final String peerAddress;
        private final String peerMac;
        private Agent agent;

        Side(String namespace, String address, String peerAddress, String peerMac) {
            this.namespace = namespace;
            this.address = address;
            this.peerAddress = peerAddress;
            this.peerMac = peerMac;
        }

        void configure(int retries) {
            ip("-n " + namespace + " link set lo up");
            ip("-n " + namespace + " addr add " + address + "/24 dev v");
            ip("-n " + namespace + " link set v up");
            neighbour(peerMac);
            set("tcp_retries2", retries);
            set("tcp_syn_retries", 1);
        }

        private void set(String sysctl, int value) {
            String file = "/proc/sys/net/ipv4/" + sysctl;
            run(List.of("ip", "netns", "exec", namespace, "sh", "-c", "echo " + value + " >" + file));
        }

        void neighbour(String mac) {
            ip("-n " + namespace + " neigh replace " + peerAddress + " lladdr " + mac + " dev v nud permanent");
        }

        void startAgent() {
            agent = new Agent(namespace);
        }

        void close() {
            if (agent != null) {
                agent.kill();
            }
            deleteQuietly(namespace);
        }
    }

    // ---- one process

    private static final class Agent implements Machine {
        private final Process process;
        private final Writer input;
        private final AtomicInteger ids = new AtomicInteger();
        private final Map<String, CompletableFuture<String>> outcomes = new ConcurrentHashMap<>();

        Agent(String namespace) {
            try {
                process = new ProcessBuilder(
                                "ip",
                                "netns",
                                "exec",
                                namespace,
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath(),
                                NamespaceAgent.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            input = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII);
            Thread reader = new Thread(this::readOutcomes, "outcomes of " + namespace);
            reader.setDaemon(true);
            reader.start();
        }

        private static String classPath() {
            try {
                return Path.of(NamespaceAgent.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString();
            } catch (URISyntaxException e) {
                throw new AssertionError(e);
            }
        }

        private void readOutcomes() {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] parts = line.split(" ", 2);
                    outcomes.get(parts[0]).complete(parts[1]);
                }
            } catch (IOException e) {
                // the process was killed
            }
            outcomes.values().forEach(outcome -> outcome.complete("the process has ended"));
        }

        @Override
        public Started start(String command) {
            String id = String.valueOf(ids.incrementAndGet());
            CompletableFuture<String> outcome = new CompletableFuture<>();
            outcomes.put(id, outcome);
            try {
                input.write(id + " " + command + "\n");
                input.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Started() {
                @Override
                public void awaitBlocked() {
                    run("blocked " + id);
                }

                @Override
                public String outcome() {
                    return get(outcome, command);
                }
            };
        }

        void kill() {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while a process ended", e);
            }
        }
    }

    private static String get(CompletableFuture<String> outcome, String what) {
        try {
            return outcome.get(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("still waiting: " + what, e);
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(what, e);
        }
    }

    // ---- programs

    private static void ip(String arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments.split(" ")));
        run(command);
    }

    private static void deleteQuietly(String namespace) {
        try {
            ip("netns del " + namespace);
        } catch (AssertionError | UncheckedIOException e) {
            // it was never created
        }
    }

    private static void run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + output.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted during " + command, e);
        }
    }
}
