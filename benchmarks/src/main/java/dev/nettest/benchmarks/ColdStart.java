package dev.nettest.benchmarks;

import dev.nettest.Network;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/**
 * Measures the first use of a network in a JVM: most of the time that a single test takes. Each measurement is made by
 * a JVM of its own. The jobs of a round run one after the other, so that compared numbers are measured close together.
 * The system property {@code rounds} changes the number of rounds.
 */
final class ColdStart {

    private static final int ROUNDS = Integer.getInteger("rounds", 20);
    private static final double NANOS_PER_MILLI = 1e6;

    /** The first work of a JVM. */
    private enum Job {
        LOOPBACK("a conversation of sockets on loopback"),
        SOCKETS("a conversation of sockets in memory"),
        RUN_TEST("`runTest { }`"),
        NETWORK("`runTest { network { } }`");

        private final String label;

        Job(String label) {
            this.label = label;
        }

        void run() throws IOException {
            switch (this) {
                case LOOPBACK -> converse(SocketFactory.getDefault(), ServerSocketFactory.getDefault());
                case SOCKETS -> {
                    try (Network network = Network.create()) {
                        converse(NetworkSockets.socketFactory(network), NetworkSockets.serverSocketFactory(network));
                    }
                }
                case RUN_TEST -> new RunTestBenchmark().empty();
                case NETWORK -> new RunTestBenchmark().network();
            }
        }
    }

    private ColdStart() {}

    /**
     * Prints the table.
     *
     * @param args none, or the job that this JVM measures
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 0) {
            report();
        } else {
            Job job = Job.valueOf(args[0]);
            long start = System.nanoTime();
            job.run();
            System.out.println(System.nanoTime() - start);
        }
    }

    /** A connect, an accept, a byte each way, and the closes. */
    private static void converse(SocketFactory clients, ServerSocketFactory servers) throws IOException {
        InetAddress address = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (ServerSocket server = servers.createServerSocket(0, 1, address);
                Socket client = clients.createSocket(address, server.getLocalPort());
                Socket accepted = server.accept()) {
            client.getOutputStream().write(1);
            accepted.getInputStream().read();
            accepted.getOutputStream().write(1);
            client.getInputStream().read();
        }
    }

    private static void report() throws IOException, InterruptedException {
        Map<Job, List<Double>> times = new EnumMap<>(Job.class);
        for (int round = 1; round <= ROUNDS; round++) {
            System.err.println("round " + round + " of " + ROUNDS);
            for (Job job : Job.values()) {
                times.computeIfAbsent(job, none -> new ArrayList<>()).add(measured(job));
            }
        }
        times.values().forEach(all -> all.sort(null));
        System.out.printf("JDK %s, %d rounds.%n%n", Runtime.version(), ROUNDS);
        System.out.println("| first use in a JVM, ms | least | median | greatest | compared |");
        System.out.println("|---|--:|--:|--:|---|");
        double sockets = median(times.get(Job.SOCKETS));
        double network = median(times.get(Job.NETWORK));
        line(Job.LOOPBACK, times, "");
        line(Job.SOCKETS, times, "%.1f x loopback".formatted(sockets / median(times.get(Job.LOOPBACK))));
        line(Job.RUN_TEST, times, "");
        line(Job.NETWORK, times, "%.0f ms more".formatted(network - median(times.get(Job.RUN_TEST))));
    }

    private static double measured(Job job) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ColdStart.class.getName(),
                        job.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        if (process.waitFor() != 0) {
            throw new IOException("the JVM that measures " + job + " has failed; it printed: " + printed);
        }
        return Long.parseLong(printed) / NANOS_PER_MILLI;
    }

    private static void line(Job job, Map<Job, List<Double>> times, String compared) {
        List<Double> sorted = times.get(job);
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %.0f | %.0f | %.0f | %s |",
                job.label,
                sorted.get(0),
                median(sorted),
                sorted.get(sorted.size() - 1),
                compared));
    }

    private static double median(List<Double> sorted) {
        return sorted.get(sorted.size() / 2);
    }
}
