package dev.nettest.jvm.internal.claim;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the binds and connects of the kernel and of networks, by address and caller. The system property
 * {@value #PROPERTY} names the file that lists them at the end of the JVM. Without it nothing is counted.
 */
final class Traffic {

    private static final String PROPERTY = "nettest.jvm.report";
    private static final String HEADER = "nettest: binds and connects of this JVM";

    private static final @Nullable Traffic RECORDED = ofProperty();

    /** Each line without its count. */
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    private static @Nullable Traffic ofProperty() {
        String file = System.getProperty(PROPERTY);
        if (file == null) {
            return null;
        }
        Traffic traffic = new Traffic();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> traffic.write(Path.of(file)), "nettest-jvm-report"));
        return traffic;
    }

    /** True if binds and connects are counted. */
    static boolean isRecorded() {
        return RECORDED != null;
    }

    /** @param owner null for the kernel */
    static void record(String operation, InetSocketAddress address, @Nullable ClaimImpl owner) {
        if (RECORDED != null) {
            RECORDED.count(operation, address, owner, Callers.line());
        }
    }

    void count(String operation, InetSocketAddress address, @Nullable ClaimImpl owner, String caller) {
        String place = owner == null ? "kernel " : "network";
        counts.computeIfAbsent(place + "  " + operation + address + " at " + caller, line -> new LongAdder())
                .increment();
    }

    /** The lines, sorted, each with its count. */
    List<String> lines() {
        return counts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + ", calls: " + entry.getValue())
                .toList();
    }

    private void write(Path file) {
        try {
            Files.writeString(file, HEADER + "\n" + String.join("\n", lines()) + "\n");
        } catch (IOException e) {
            System.err.println("nettest: the report " + file + " cannot be written: " + e);
        }
    }
}
