package dev.nettest.benchmarks;

import dev.nettest.ConnectionPair;
import dev.nettest.Network;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.Locale;
import javax.management.JMException;
import javax.management.ObjectName;

/** Measures the heap of an idle pair: the used heap after a collection, with and without many pairs. */
final class IdlePairs {

    static final int PAIRS = 100_000;
    private static final int HISTOGRAM_LINES = 24;

    private IdlePairs() {}

    /** The heap bytes per pair, for {@link #PAIRS} in one network. */
    static long bytesPerPair() throws IOException {
        return measure(false);
    }

    /** The heap bytes of a connection and its two channels. One selector has {@link #PAIRS} such channels. */
    static long bytesPerChannelPair() throws IOException {
        return measureChannels(false);
    }

    /** Prints the sizes and their classes. */
    public static void main(String[] args) throws IOException {
        System.out.printf(Locale.ROOT, "%,d bytes per pair%n", measure(true));
        System.out.printf(Locale.ROOT, "%,d bytes per pair of channels%n", measureChannels(true));
    }

    private static long measure(boolean showsClasses) throws IOException {
        Network network = Network.create();
        ConnectionPair[] pairs = new ConnectionPair[PAIRS];
        pairs[0] = network.pair(); // loads classes and constants
        long before = usedHeap();
        for (int i = 1; i < PAIRS; i++) {
            pairs[i] = network.pair();
        }
        long bytes = (usedHeap() - before) / (PAIRS - 1);
        if (showsClasses) {
            System.out.println(histogram());
        }
        Reference.reachabilityFence(pairs);
        network.close();
        return bytes;
    }

    /** The selector's queues and sets count too. */
    private static long measureChannels(boolean showsClasses) throws IOException {
        try (IdleChannelBenchmark.Registered one = IdleChannelBenchmark.Registered.pairs(1)) {
            long before = usedHeap();
            try (IdleChannelBenchmark.Registered all = IdleChannelBenchmark.Registered.pairs(PAIRS / 2)) {
                long bytes = (usedHeap() - before) / (PAIRS / 2);
                if (showsClasses) {
                    System.out.println(histogram());
                }
                Reference.reachabilityFence(all);
                Reference.reachabilityFence(one);
                return bytes;
            }
        }
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static String histogram() {
        try {
            Object text = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return String.join(
                    "\n", text.toString().lines().limit(HISTOGRAM_LINES).toList());
        } catch (JMException e) {
            return "no histogram: " + e;
        }
    }
}
