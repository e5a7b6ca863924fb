package dev.nettest.benchmarks;

import dev.nettest.Network;
import java.io.File;
import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares real sockets with and without nettest-jvm on the class path, by the CPU time of a run. Each measurement has
 * a JVM of its own. The JVMs of a round run one after the other, so that a change of the machine meets all of them.
 */
final class IdleProvider {

    private static final int ROUNDS = Integer.getInteger("rounds", 5);

    /** How a JVM is started. */
    private enum Start {
        PLAIN,
        IDLE,
        CLAIMED
    }

    private IdleProvider() {}

    /** @param arguments the jar of nettest-jvm. Or the name of a job, in a JVM that measures it */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].endsWith(".jar") || arguments[0].endsWith("classes")) {
            for (RealTraffic job : RealTraffic.values()) {
                compare(job, arguments[0]);
            }
        } else {
            System.out.println(measureHere(arguments[0], Start.valueOf(arguments[1])));
        }
    }

    private static long measureHere(String job, Start start) throws IOException, ReflectiveOperationException {
        boolean isOurs = SelectorProvider.provider().getClass().getName().startsWith("dev.nettest.");
        if (isOurs == (start == Start.PLAIN)) {
            throw new IllegalStateException(start + " with " + SelectorProvider.provider());
        }
        if (start == Start.CLAIMED) { // by name: nettest-jvm in the jar would be in the way of the other benchmarks
            Class.forName("dev.nettest.jvm.JvmNetwork")
                    .getMethod("claim", Network.class)
                    .invoke(null, Network.create());
        }
        return RealTraffic.valueOf(job).measure();
    }

    private static void compare(RealTraffic job, String jar) throws IOException, InterruptedException {
        Map<Start, List<Long>> nanos = new EnumMap<>(Start.class);
        for (int round = 0; round < ROUNDS; round++) {
            for (Start start : Start.values()) {
                nanos.computeIfAbsent(start, key -> new ArrayList<>()).add(measureInJvm(job, start, jar));
            }
        }
        List<Long> plain = nanos.get(Start.PLAIN);
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %s | %s |%n",
                job.text,
                plain.stream().sorted().toList().get(ROUNDS / 2),
                ratios(nanos.get(Start.IDLE), plain),
                ratios(nanos.get(Start.CLAIMED), plain));
    }

    /** The least, the median and the greatest ratio of a round. */
    private static String ratios(List<Long> nanos, List<Long> plain) {
        double[] ratios = new double[ROUNDS];
        Arrays.setAll(ratios, round -> (double) nanos.get(round) / plain.get(round));
        Arrays.sort(ratios);
        return String.format(Locale.ROOT, "%.2f, %.2f, %.2f", ratios[0], ratios[ROUNDS / 2], ratios[ROUNDS - 1]);
    }

    private static long measureInJvm(RealTraffic job, Start start, String jar)
            throws IOException, InterruptedException {
        String own = System.getProperty("java.class.path");
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        start == Start.PLAIN ? own : own + File.pathSeparator + jar,
                        IdleProvider.class.getName(),
                        job.name(),
                        start.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(jvm.getInputStream().readAllBytes()).strip();
        if (jvm.waitFor() != 0) {
            throw new IOException("the JVM of " + job + " has failed");
        }
        return Long.parseLong(printed);
    }
}
