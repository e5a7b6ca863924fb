package dev.nettest.internal.diff;

import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Compares two traces: pairs their sockets, then compares the lanes of each pair. */
public final class Comparison {

    private final Trace first;
    private final Trace second;
    private final boolean times;
    private final boolean operations;

    /** The subject of the second trace for one of the first. */
    private final Map<Subject, Subject> pairs = new HashMap<>();

    /** An address of the second trace, and that of the same socket in the first one. */
    private final Map<SocketAddress, SocketAddress> addresses = new HashMap<>();

    /**
     * The first difference of two traces.
     *
     * @param differing the number of sockets, links and hosts that differ
     */
    public record Result(
            @Nullable TraceEvent first, @Nullable TraceEvent second, String text, int differing) {}

    /** A difference, and the subject at which it is. */
    private record Found(String subject, Divergence divergence) {}

    /**
     * @param times true if times count
     * @param operations true if the sizes of reads and writes count, and the order of all events of a socket
     */
    public Comparison(Trace first, Trace second, boolean times, boolean operations) {
        this.first = checked(first, "first");
        this.second = checked(second, "second");
        this.times = times;
        this.operations = operations;
    }

    private static Trace checked(Trace trace, String name) {
        Objects.requireNonNull(trace, name);
        if (trace.omitted() > 0) {
            throw new IllegalArgumentException("the " + name + " trace lacks " + trace.omitted()
                    + " events, so its offsets are unknown; record it with TraceLevel.ALL");
        }
        return trace;
    }

    /** The result; null if the traces are equal. */
    public @Nullable Result compare() {
        List<Subject> subjects = Subject.of(first);
        Set<Subject> firstLeft = new LinkedHashSet<>(subjects);
        Set<Subject> secondLeft = new LinkedHashSet<>(Subject.of(second));
        pair(firstLeft, secondLeft, Subject::byId);
        pair(firstLeft, secondLeft, Subject::byAddresses);
        pair(firstLeft, secondLeft, Subject::byHosts);
        List<Found> found = new ArrayList<>();
        for (Subject a : subjects) {
            Subject b = pairs.get(a);
            if (b == null) {
                find(found, "only the first trace has " + a, a.events(), List.of());
            } else {
                find(found, name(a, b), a.events(), b.events());
            }
        }
        secondLeft.forEach(b -> find(found, "only the second trace has " + b, List.of(), b.events()));
        return result(found);
    }

    /** Makes pairs of subjects with equal keys, in order, and removes them from both lists. */
    private void pair(Set<Subject> firsts, Set<Subject> seconds, Function<Subject, Object> key) {
        Map<Object, Deque<Subject>> candidates = new HashMap<>();
        seconds.forEach(b -> candidates
                .computeIfAbsent(key.apply(b), none -> new ArrayDeque<>())
                .add(b));
        for (Iterator<Subject> left = firsts.iterator(); left.hasNext(); ) {
            Subject a = left.next();
            Deque<Subject> equal = candidates.get(key.apply(a));
            Subject b = equal == null ? null : equal.poll();
            if (b != null) {
                pairs.put(a, b);
                if (a.address() != null && b.address() != null) {
                    addresses.put(b.address(), a.address());
                }
                left.remove();
                seconds.remove(b);
            }
        }
    }

    private static String name(Subject a, Subject b) {
        String name = a.toString();
        return name.equals(b.toString()) ? name : name + ", in the second trace " + b;
    }

    private void find(List<Found> found, String subject, List<TraceEvent> firsts, List<TraceEvent> seconds) {
        List<Lane> firstLanes = Lane.of(firsts, operations, address -> address);
        List<Lane> secondLanes = Lane.of(seconds, operations, address -> addresses.getOrDefault(address, address));
        Divergence earliest = null;
        for (int i = 0; i < firstLanes.size(); i++) {
            Divergence divergence = new LaneDiff(firstLanes.get(i), secondLanes.get(i), times, operations).compare();
            if (divergence != null && (earliest == null || divergence.rank() < earliest.rank())) {
                earliest = divergence;
            }
        }
        if (earliest != null) {
            found.add(new Found(subject, earliest));
        }
    }

    private @Nullable Result result(List<Found> found) {
        Found earliest = null;
        for (Found each : found) {
            if (earliest == null || each.divergence.rank() < earliest.divergence.rank()) {
                earliest = each;
            }
        }
        if (earliest == null) {
            return null;
        }
        Divergence divergence = earliest.divergence;
        String text = earliest.subject + ", " + divergence.place()
                + divergence.lines(times || (first.virtualTime() && second.virtualTime()));
        int others = found.size() - 1;
        if (others > 0) {
            text += "\n  " + others + (others == 1 ? " more socket differs" : " more sockets differ");
        }
        return new Result(divergence.first().event(), divergence.second().event(), text, found.size());
    }
}
