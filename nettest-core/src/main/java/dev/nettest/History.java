package dev.nettest;

import dev.nettest.kernel.EventRing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that happens in a network: at each end, listener and endpoint, in order. Not the order among them, which threads that run at
 * the same time decide anew each time.
 */
final class History implements EventRing.Sink {

    private final NetworkClock clock;

    /** Guarded by itself. */
    private final Map<Long, List<String>> bySubject = new TreeMap<>();

    History(NetworkClock clock) {
        this.clock = clock;
    }

    @Override
    public void record(EventRing.Kind kind, long subject, long value) {
        String when = clock.isVirtual() ? Durations.text(Duration.ofNanos(clock.nanoTime())) + ": " : "";
        String line = when + Diagnosis.what(kind, value);
        synchronized (bySubject) {
            bySubject.computeIfAbsent(subject, none -> new ArrayList<>()).add(line);
        }
    }

    /** Where {@code other} differs first, in words; null if nowhere. */
    @Nullable
    String difference(History other) {
        Map<Long, List<String>> here = copy();
        Map<Long, List<String>> there = other.copy();
        Map<Long, List<String>> all = new TreeMap<>(here);
        all.putAll(there);
        for (long subject : all.keySet()) {
            List<String> first = here.getOrDefault(subject, List.of());
            List<String> second = there.getOrDefault(subject, List.of());
            for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
                String one = i < first.size() ? first.get(i) : "nothing more";
                String two = i < second.size() ? second.get(i) : "nothing more";
                if (!one.equals(two)) {
                    return subject(subject) + ", event " + (i + 1) + "\n  first:  " + one + "\n  second: " + two;
                }
            }
        }
        return null;
    }

    private Map<Long, List<String>> copy() {
        Map<Long, List<String>> copy = new TreeMap<>();
        synchronized (bySubject) {
            bySubject.forEach((subject, lines) -> copy.put(subject, List.copyOf(lines)));
        }
        return copy;
    }

    private static String subject(long subject) {
        return Diagnosis.subject(subject, Map.of(subject, "connection end " + subject));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        copy().forEach((subject, lines) -> {
            text.append(subject(subject)).append('\n');
            lines.forEach(line -> text.append("  ").append(line).append('\n'));
        });
        return text.toString();
    }
}
