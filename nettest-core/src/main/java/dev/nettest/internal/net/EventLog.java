package dev.nettest.internal.net;

import dev.nettest.NetworkClock;
import dev.nettest.internal.util.Durations;
import dev.nettest.internal.util.EventRing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All events of a network, in order for each connection endpoint, listener and datagram endpoint. It does not keep
 * the order among subjects, because concurrent threads change that from run to run.
 */
public final class EventLog implements EventRing.Sink {

    private final NetworkClock clock;

    /** The monitor of this map guards it. */
    private final Map<Long, List<String>> bySubject = new TreeMap<>();

    EventLog(NetworkClock clock) {
        this.clock = clock;
    }

    @Override
    public void record(EventRing.Kind kind, EventRing.Subject subject, long value) {
        String when = clock.isVirtual() ? Durations.text(Duration.ofNanos(clock.nanoTime())) + ": " : "";
        String line = when + describe(kind, value);
        synchronized (bySubject) {
            bySubject
                    .computeIfAbsent(subject.eventId(), none -> new ArrayList<>())
                    .add(line);
        }
    }

    /** Describes the first difference from {@code other}; null if there is none. */
    @Nullable
    public String difference(EventLog other) {
        Map<Long, List<String>> firstRun = copy();
        Map<Long, List<String>> secondRun = other.copy();
        Set<Long> subjects = new TreeSet<>(firstRun.keySet());
        subjects.addAll(secondRun.keySet());
        for (long subject : subjects) {
            List<String> firstEvents = firstRun.getOrDefault(subject, List.of());
            List<String> secondEvents = secondRun.getOrDefault(subject, List.of());
            for (int i = 0; i < Math.max(firstEvents.size(), secondEvents.size()); i++) {
                String first = i < firstEvents.size() ? firstEvents.get(i) : "nothing more";
                String second = i < secondEvents.size() ? secondEvents.get(i) : "nothing more";
                if (!first.equals(second)) {
                    return subject(subject) + ", event " + (i + 1) + "\n  first:  " + first + "\n  second: " + second;
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

    private static String describe(EventRing.Kind kind, long value) {
        return EventReport.name(kind) + (value == 0 ? "" : " " + EventReport.bytes(value));
    }

    /** A name that is the same in all runs. */
    private static String subject(long id) {
        if (ConnectionTable.isPathSubject(id)) {
            return "listener on a path";
        }
        if (id <= DatagramEndpointImpl.FIRST_EVENT_SUBJECT) {
            return "datagram endpoint on port " + (DatagramEndpointImpl.FIRST_EVENT_SUBJECT - id);
        }
        return id < 0 ? "listener on port " + (-1 - id) : "connection end " + id;
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
