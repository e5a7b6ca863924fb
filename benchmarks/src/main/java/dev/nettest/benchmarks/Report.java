package dev.nettest.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs all benchmarks in about ten minutes and prints a table with a line for each budget. A round runs every benchmark
 * once, each in its own JVM, so that compared numbers are measured close together. The numbers are medians over all
 * rounds; the system property {@code rounds} changes how many. The ratio of CPU time does not depend on other load.
 * With {@code --only} and a regular expression it runs the benchmarks that match. With other arguments it is JMH's
 * command line instead.
 */
public final class Report {

    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final int WARM_UPS = 2;
    private static final int ITERATIONS = 3;
    private static final double KIB_64 = 64 * 1024;
    private static final double GIGA = 1e9;
    private static final long PAIR_LIMIT = 1024;
    private static final long CHANNEL_PAIR_LIMIT = 2048;
    private static final double DELIVERIES = 1e6;
    private static final double DSL_TESTS = 3000;
    private static final String NO_RATIOS = " | ";

    /** Operations per second of each iteration, by benchmark. */
    private final Map<String, List<Double>> rates = new HashMap<>();

    /** Allocated bytes per operation of each iteration, by benchmark. */
    private final Map<String, List<Double>> allocations = new HashMap<>();

    /** CPU nanoseconds per operation of each iteration, by benchmark. */
    private final Map<String, List<Double>> cpuTimes = new HashMap<>();

    /** A regular expression that occurs in the names of the benchmarks to run. */
    private final String selection;

    private Report(String selection) {
        this.selection = selection;
    }

    public static void main(String[] args) throws IOException, RunnerException {
        boolean selects = args.length == 2 && args[0].equals("--only");
        if (args.length > 0 && !selects) {
            org.openjdk.jmh.Main.main(args);
            return;
        }
        Report report = new Report(selects ? args[1] : "");
        for (int round = 1; round <= ROUNDS; round++) {
            System.err.println("round " + round + " of " + ROUNDS);
            report.round();
        }
        report.print();
    }

    private void round() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("dev\\.nettest\\.benchmarks\\..*" + selection)
                        .forks(1)
                        .warmupIterations(WARM_UPS)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(ITERATIONS)
                        .measurementTime(TimeValue.seconds(1))
                        .timeUnit(TimeUnit.SECONDS)
                        .addProfiler(GCProfiler.class)
                        .addProfiler(CpuTimeProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        for (RunResult result : results) {
            String name = name(result.getParams());
            for (BenchmarkResult fork : result.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    add(rates, name, iteration.getPrimaryResult());
                    iteration.getSecondaryResults().forEach((label, secondary) -> {
                        if (label.endsWith("gc.alloc.rate.norm")) {
                            add(allocations, name, secondary);
                        } else if (label.endsWith(CpuTimeProfiler.LABEL)) {
                            add(cpuTimes, name, secondary);
                        }
                    });
                }
            }
        }
    }

    /** The benchmark, and the values of its parameters. */
    private static String name(BenchmarkParams params) {
        StringBuilder name = new StringBuilder(params.getBenchmark().replaceFirst(".*\\.(\\w+)Benchmark\\.", "$1."));
        for (String key : params.getParamsKeys()) {
            name.append(' ').append(params.getParam(key));
        }
        return name.toString();
    }

    private static void add(Map<String, List<Double>> numbers, String name, Result<?> result) {
        numbers.computeIfAbsent(name, key -> new ArrayList<>()).add(result.getScore());
    }

    private void print() throws IOException {
        System.out.printf(
                "%d cores of %s, JDK %s, %s.%n%n",
                Runtime.getRuntime().availableProcessors(),
                processor(),
                Runtime.version(),
                System.getProperty("os.name"));
        System.out.println("| job, per second | in memory | compared with | ratio | of CPU time | budget | met |");
        System.out.println("|---|--:|--:|--:|--:|---|---|");
        printConnections();
        printSockets();
        printDatagrams();
        printChannels();
        printNetty();
        printSocketsAgainstCore();
        printClockAndLinks();
        printMemory();
    }

    private void printConnections() {
        loopback("connect + accept + close", "Connect.inMemory", "Connect.loopback", 50);
        loopback("write + read 64 B, one thread", "Transfer.inMemory", "Transfer.loopback", 100);
        String roundTrip = "round trip of 1 B, two threads";
        compare(roundTrip, "PingPong.inMemory", "PingPong.bareHandOver", "park and unpark", 1);
        loopback(roundTrip, "PingPong.inMemory", "PingPong.loopback", 5);
        String coroutines = "round trip of 1 B, two coroutines";
        compare(coroutines, "Coroutine.inMemory", "Coroutine.bareSuspension", "bare suspensions", 0.5);
        bulk("bytes in writes of 64 KiB, two threads", "Bulk.inMemory", "Bulk.loopback");
    }

    private void printSockets() {
        loopback("sockets: connect + accept + close", "Socket.connectInMemory", "Socket.connectOnLoopback", 50);
        String transfer = "sockets: write + read 64 B, one thread";
        loopback(transfer, "Socket.transferInMemory", "Socket.transferOnLoopback", 100);
        String roundTrip = "sockets: round trip of 1 B, two threads";
        loopback(roundTrip, "Socket.pingPongInMemory", "Socket.pingPongOnLoopback", 5);
        bulk("sockets: bytes in writes of 64 KiB, two threads", "Socket.bulkInMemory", "Socket.bulkOnLoopback");
        String test = "a whole test: network, server, client, ten requests of a line";
        loopback(test, "SmallTest.inMemory", "SmallTest.onLoopback", 20);
        double tests = median(rates, "RunTest.smallTest");
        if (!Double.isNaN(tests)) {
            line(
                    "the same with the DSL under `runTest`",
                    count(tests),
                    "",
                    NO_RATIOS,
                    count(DSL_TESTS),
                    tests >= DSL_TESTS);
        }
    }

    private void printDatagrams() {
        String transfer = "datagrams: send + receive 64 B, one thread";
        loopback(transfer, "Datagram.transferInMemory", "Datagram.transferOnLoopback", 20);
        String roundTrip = "datagrams: round trip of 1 B, two threads";
        loopback(roundTrip, "Datagram.pingPongInMemory", "Datagram.pingPongOnLoopback", 1);
        String socketTransfer = "datagram sockets: send + receive 64 B, one thread";
        loopback(socketTransfer, "Datagram.transferOfSocketsInMemory", "Datagram.transferOfSocketsOnLoopback", 20);
        String socketRoundTrip = "datagram sockets: round trip of 1 B, two threads";
        loopback(socketRoundTrip, "Datagram.pingPongOfSocketsInMemory", "Datagram.pingPongOfSocketsOnLoopback", 1);
    }

    private void printChannels() {
        loopback("channels: connect + accept + close", "Channel.connect IN_MEMORY", "Channel.connect ON_LOOPBACK", 50);
        for (int connections : new int[] {1, 100, 10_000}) {
            String job = "selector: echo of 64 B, one of %,d connections"
                    .formatted(ChannelBenchmark.Selected.openable(connections));
            String echo = "Channel.echo " + connections;
            loopback(job, echo + " IN_MEMORY", echo + " ON_LOOPBACK", 10);
        }
        String select = "select of 1 ready channel among 100,000";
        compare(select, "IdleChannel.select 100000", "IdleChannel.select 2", "among 2", 0.5);
        bulk("channels: bytes in writes of 64 KiB, two threads", "Channel.bulk IN_MEMORY", "Channel.bulk ON_LOOPBACK");
        String datagram = "datagram channels: send + receive 64 B, one thread";
        loopback(datagram, "Channel.datagram IN_MEMORY", "Channel.datagram ON_LOOPBACK", 20);
    }

    private void printNetty() {
        Map<String, String> jobs = new LinkedHashMap<>();
        jobs.put("Netty.connect", "Netty: connect + accept + close");
        jobs.put("Netty.echo", "Netty: echo of 64 B");
        jobs.put("Netty.bulk", "Netty: writes of 64 KiB");
        jobs.forEach((benchmark, job) -> {
            compare(job, benchmark + " NETWORK", benchmark + " LOCAL", "`LocalChannel`", 0.5);
            compare(job, benchmark + " NETWORK", benchmark + " NIO", "loopback", 0);
        });
    }

    private void printSocketsAgainstCore() {
        core("sockets: connect + accept + close", "Socket.connectInMemory", "Connect.inMemory");
        core("sockets: write + read 64 B, one thread", "Socket.transferInMemory", "Transfer.inMemory");
        core("sockets: round trip of 1 B, two threads", "Socket.pingPongInMemory", "PingPong.inMemory");
        core("sockets: writes of 64 KiB, two threads", "Socket.bulkInMemory", "Bulk.inMemory");
    }

    private void printClockAndLinks() {
        deliveries("deliveries of a `VirtualClock`", "Clock.deliver");
        double cancels = median(rates, "Clock.cancel");
        if (!Double.isNaN(cancels)) {
            line("cancelled timers there, 1,000 waiting", count(cancels), "", NO_RATIOS, "", true);
        }
        deliveries("writes that arrive over a link and are read", "Link.deliver");
        String unimpaired = "write + read 64 B, over a link without impairment";
        compare(unimpaired, "Link.transferUnimpaired", "Transfer.inMemory", "no link", 0.95);
    }

    private void printMemory() throws IOException {
        heap("heap of an idle pair", IdlePairs.bytesPerPair(), PAIR_LIMIT);
        heap("heap of an idle pair of registered channels", IdlePairs.bytesPerChannelPair(), CHANNEL_PAIR_LIMIT);
        allocation("allocation of write + read", "Transfer.inMemory");
        allocation("allocation of an echo over channels", "Channel.echo 1 IN_MEMORY");
    }

    private static void heap(String job, long bytes, long limit) {
        line(job, bytes(bytes), "", NO_RATIOS, "at most " + bytes(limit), bytes <= limit);
    }

    private void allocation(String job, String benchmark) {
        double allocated = median(allocations, benchmark);
        if (Double.isNaN(allocated)) {
            return; // not selected
        }
        line(job, bytes(Math.round(allocated)), "", NO_RATIOS, "none", allocated < 1);
    }

    private void deliveries(String job, String benchmark) {
        double deliveries = median(rates, benchmark);
        if (Double.isNaN(deliveries)) {
            return;
        }
        line(job, count(deliveries), "", NO_RATIOS, "1,000,000", deliveries >= DELIVERIES);
    }

    private void loopback(String job, String inMemory, String onLoopback, double budget) {
        compare(job, inMemory, onLoopback, "loopback", budget);
    }

    /** Sockets may cost half as much again as the connections under them. */
    private void core(String job, String sockets, String core) {
        compare(job, sockets, core, "the core", 1 / 1.5);
    }

    /** @param budget 0 for none */
    private void compare(String job, String inMemory, String baseline, String what, double budget) {
        double mine = median(rates, inMemory);
        double other = median(rates, baseline);
        if (Double.isNaN(mine / other)) {
            return;
        }
        line(
                job,
                count(mine),
                count(other) + " (" + what + ")",
                ratios(mine / other, inMemory, baseline),
                budget == 0 ? "" : "at least " + times(budget),
                mine / other >= budget);
    }

    /** Two columns: the ratio of the rates, and that of the CPU times. */
    private String ratios(double ofRates, String inMemory, String baseline) {
        return times(ofRates) + " | " + times(median(cpuTimes, baseline) / median(cpuTimes, inMemory));
    }

    private void bulk(String job, String inMemory, String onLoopback) {
        double mine = median(rates, inMemory) * KIB_64 / GIGA;
        double other = median(rates, onLoopback) * KIB_64 / GIGA;
        double budget = 4;
        if (Double.isNaN(mine / other)) {
            return;
        }
        line(
                job,
                String.format(Locale.ROOT, "%.1f GB", mine),
                String.format(Locale.ROOT, "%.1f GB (loopback)", other),
                ratios(mine / other, inMemory, onLoopback),
                "at least " + times(budget),
                mine / other >= budget);
    }

    private static void line(String job, String inMemory, String baseline, String ratios, String budget, boolean met) {
        String verdict = budget.isEmpty() ? "" : met ? "yes" : "**no**";
        System.out.println("| " + String.join(" | ", job, inMemory, baseline, ratios, budget, verdict) + " |");
    }

    private static double median(Map<String, List<Double>> numbers, String name) {
        List<Double> sorted =
                numbers.getOrDefault(name, List.of()).stream().sorted().toList();
        if (sorted.isEmpty()) {
            return Double.NaN;
        }
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static String count(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    private static String bytes(long bytes) {
        return String.format(Locale.ROOT, "%,d B", bytes);
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, ratio < 10 && ratio != Math.rint(ratio) ? "%.2f x" : "%,.0f x", ratio);
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (Files.isReadable(info)) {
            try (var lines = Files.lines(info)) {
                return lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.replaceFirst(".*:\\s*", ""))
                        .findFirst()
                        .orElse(System.getProperty("os.arch"));
            }
        }
        return System.getProperty("os.arch");
    }
}
