package dev.nettest.internal.net;

import dev.nettest.Snapshot;
import dev.nettest.Snapshot.Waiter;
import dev.nettest.Trace;
import dev.nettest.internal.diagram.DiagramText;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.time.SelfAdvancingClock;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The report of a network: the failure, the waiters, the network snapshot and the last events. It is the text of the
 * network's own failures, and a note on all others. A failure gets it once.
 */
final class FailureReport {

    private final NetworkImpl network;
    private final DeclaredFaults declaredFaults;

    /** The failures that have a report. */
    private final Set<Throwable> reported = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    FailureReport(NetworkImpl network) {
        this.network = network;
        this.declaredFaults = new DeclaredFaults(network);
    }

    DeclaredFaults declaredFaults() {
        return declaredFaults;
    }

    AssertionError failure(String message) {
        return failure(message, "\nthese wait:", "");
    }

    /** The failure of a network in which everything waits: {@code reason} and the waiters are one sentence. */
    AssertionError hang(String reason) {
        return failure(reason, ", and these still wait:", LikelyCause.lines(network));
    }

    /**
     * @param header of the waiters, if there are any
     * @param causes the lines below the waiters
     */
    private AssertionError failure(String message, String header, String causes) {
        Snapshot snapshot = NetstatReport.snapshot(network);
        return withText(message + waiters(snapshot, header) + causes + "\n" + text(snapshot));
    }

    /** A failure whose text is a report. */
    AssertionError withText(String report) {
        AssertionError failure = new NetworkFailure(report);
        reported.add(failure);
        return failure;
    }

    /** True if {@code failure} has a report already, such as that of an await. */
    boolean isOwn(Throwable failure) {
        return reported.contains(failure);
    }

    // ---- other failures

    /** Attaches the report to {@code failure}, unless it has one. Removes the frames inside this library. */
    void explain(Throwable failure) {
        Set<Throwable> related = Collections.newSetFromMap(new IdentityHashMap<>());
        collect(failure, related);
        if (Collections.disjoint(related, reported) && related.stream().noneMatch(this::quotesReport)) {
            reported.add(failure);
            NetworkNote.attach(failure, note());
        }
        related.forEach(FailureReport::trim);
        network.handlerFailures().explain(failure);
    }

    /** True if its text has the report of this network, like that of a matcher. */
    private boolean quotesReport(Throwable failure) {
        String seed = ", seed: " + network.seed();
        return String.valueOf(failure.getMessage())
                .lines()
                .anyMatch(line -> line.startsWith("clock: ") && line.endsWith(seed));
    }

    /** The failure, its causes and its suppressed exceptions. */
    private static void collect(Throwable failure, Set<Throwable> related) {
        if (related.add(failure)) {
            if (failure.getCause() != null) {
                collect(failure.getCause(), related);
            }
            for (Throwable suppressed : failure.getSuppressed()) {
                collect(suppressed, related);
            }
        }
    }

    private String note() {
        SelfAdvancingClock clock = network.activity().selfAdvancing();
        String seedAndClock = "the network of this test had seed " + network.seed() + " and the " + network.clock()
                + (clock == null ? "" : clock.reasonOfThreads());
        Snapshot snapshot = NetstatReport.snapshot(network);
        boolean empty = snapshot.rows().isEmpty()
                && snapshot.waiters().isEmpty()
                && network.events().events().isEmpty()
                && network.activity().failedTasks().texts().isEmpty()
                && !network.waits().ignoredCloses().hasLoops()
                && declaredFaults.pastLines().isEmpty()
                && network.faults().isEmpty();
        return empty ? seedAndClock : seedAndClock + waiters(snapshot, "\nthese wait:") + "\n" + text(snapshot);
    }

    /** The methods of the API stay, so that a trace begins with the call and its line. */
    private static void trim(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        int inside = 0;
        while (inside < trace.length
                && trace[inside].getClassName().startsWith("dev.nettest.")
                && trace[inside].getClassName().contains(".internal.")) {
            inside++;
        }
        if (inside > 0 && inside < trace.length) {
            failure.setStackTrace(Arrays.copyOfRange(trace, inside, trace.length));
        }
    }

    // ---- the parts of a report

    /** One line for each waiter, below {@code header}. The names have the same width. Empty without a waiter. */
    private static String waiters(Snapshot snapshot, String header) {
        List<Waiter> waiters = snapshot.waiters();
        if (waiters.isEmpty()) {
            return "";
        }
        int width = waiters.stream()
                .mapToInt(waiter -> waiter.name().length())
                .max()
                .orElse(0);
        StringBuilder lines = new StringBuilder(header);
        for (Waiter waiter : waiters) {
            int length = waiter.name().length();
            lines.append("\n  ")
                    .append(waiter.name())
                    .append(" ".repeat(width - length))
                    .append(waiter.toString().substring(length));
        }
        return lines.toString();
    }

    /** The network without its waiters: their stacks cost too much for a report that is seldom read. */
    String textWithoutWaiters() {
        return text(NetstatReport.withoutWaiters(network));
    }

    /** The network snapshot, followed by the faults of hosts and of the network, failed tasks and the last events. */
    private String text(Snapshot snapshot) {
        StringBuilder text = new StringBuilder(snapshot.toString());
        addFaults(text, network.hostTable().localhost());
        network.hostTable().named().forEach(host -> addFaults(text, host));
        String networkFaults = faults(network.faults());
        if (!networkFaults.isEmpty()) {
            text.append("\nfaults of the network: ").append(networkFaults);
        }
        text.append(declaredFaults.pastLines());
        addSection(
                text,
                "tasks that ended with an exception:",
                network.activity().failedTasks().texts());
        addSection(
                text,
                "loops that ignore a close:",
                network.waits().ignoredCloses().texts());
        return text + trace();
    }

    private String trace() {
        Trace trace = network.trace();
        return trace.events().isEmpty() ? "" : "\ntrace:\n" + DiagramText.of(trace, DiagramText.IN_FAILURE);
    }

    private static void addSection(StringBuilder text, String header, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append('\n').append(header);
            lines.forEach(line -> text.append("\n  ").append(line));
        }
    }

    private static void addFaults(StringBuilder text, HostImpl host) {
        String faults = faults(host.faults());
        if (!faults.isEmpty()) {
            text.append("\nfaults of ").append(host.name()).append(": ").append(faults);
        }
    }

    private static String faults(FaultRegistry faults) {
        return String.join("; ", NetstatReport.notes(faults));
    }
}
