package dev.nettest.trace;

import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceSocket;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A trace as JSON in the {@code traceEvents} format, which Perfetto and the tracing page of Chromium show:
 *
 * <pre>{@code
 * PerfettoTrace.write(network.trace(), Path.of("target/login.json"));
 * }</pre>
 *
 * <p>A host is a process, a socket a thread. Waits and deliveries have a duration; those that overlap get further
 * threads. All other events are instants, those of faults for the whole process. The arguments of an event are its
 * properties. A trace has waits and deliveries from {@link dev.nettest.TraceLevel#ALL} on.
 */
public final class PerfettoTrace {

    /** The process of events without a socket. */
    private static final String NETWORK = "network";

    /** The decimal places from nanoseconds to microseconds. */
    private static final int MICROS = 3;

    private final Trace trace;
    private final JsonWriter json = new JsonWriter();
    private final Map<String, Integer> processes = new LinkedHashMap<>();
    private final Map<String, Track> tracks = new LinkedHashMap<>();

    /** Waits without an end yet. */
    private final List<TraceEvent.WaitBegan> waiting = new ArrayList<>();

    /** A thread of a process, and the time at which its last duration ends. */
    private static final class Track {
        final int process;
        final int thread;
        Duration busyUntil = Duration.ZERO;

        Track(int process, int thread) {
            this.process = process;
            this.thread = thread;
        }
    }

    private PerfettoTrace(Trace trace) {
        this.trace = trace;
    }

    /** The JSON text. */
    public static String of(Trace trace) {
        return new PerfettoTrace(Objects.requireNonNull(trace, "trace")).convert();
    }

    /**
     * Writes the JSON text, in UTF-8.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(Trace trace, Path file) throws IOException {
        Files.writeString(file, of(trace));
    }

    private String convert() {
        json.beginObject().name("displayTimeUnit").value("ns");
        json.name("otherData").beginObject().name("seed").value(Long.toString(trace.seed()));
        json.name("omittedEvents").value(trace.omitted()).endObject();
        json.name("traceEvents").beginArray();
        trace.events().forEach(this::convert);
        waiting.forEach(began -> duration(began, "wait for " + began.operation(), began.time(), trace.time()));
        json.endArray().endObject();
        return json.toString();
    }

    private void convert(TraceEvent event) {
        if (event instanceof TraceEvent.WaitBegan began) {
            waiting.add(began);
        } else if (event instanceof TraceEvent.WaitEnded ended) {
            end(ended, ended.socket(), ended.operation().toString(), ended.thread(), "wait for " + ended.operation());
        } else if (event instanceof TraceEvent.WaitTimedOut timedOut) {
            instant(timedOut, "t");
            end(timedOut, timedOut.socket(), timedOut.operation(), "", timedOut.operation() + " timed out");
        } else if (event instanceof TraceEvent.InFlight flight && flight.arrival() != null) {
            duration(flight, "delivery", flight.time(), flight.arrival());
        } else if (!(event instanceof TraceEvent.ClockMoved)) {
            instant(event, event instanceof TraceEvent.FaultFired ? "p" : "t");
        }
    }

    /** @param thread empty for any */
    private void end(TraceEvent event, TraceSocket socket, String operation, String thread, String name) {
        for (Iterator<TraceEvent.WaitBegan> left = waiting.iterator(); left.hasNext(); ) {
            TraceEvent.WaitBegan began = left.next();
            if (began.socket().kind() == socket.kind()
                    && began.socket().id() == socket.id()
                    && began.operation().toString().equals(operation)
                    && (thread.isEmpty() || began.thread().equals(thread))) {
                left.remove();
                duration(began, name, began.time(), event.time());
                return;
            }
        }
    }

    // ---- the events of the format

    private void instant(TraceEvent event, String scope) {
        begin(event, track(event, 0), EventNames.of(event), "i", event.time());
        json.name("s").value(scope);
        end(event);
    }

    private void duration(TraceEvent event, String name, Duration start, Duration end) {
        int number = 0;
        Track track = track(event, number);
        while (track.busyUntil.compareTo(start) > 0) {
            track = track(event, ++number);
        }
        track.busyUntil = end;
        begin(event, track, name, "X", start);
        json.name("dur").value(micros(end.minus(start)));
        end(event);
    }

    private void begin(TraceEvent event, Track track, String name, String phase, Duration time) {
        json.beginObject().name("name").value(name);
        json.name("cat").value(event.getClass().getSimpleName());
        json.name("ph").value(phase).name("ts").value(micros(time));
        json.name("pid").value(track.process).name("tid").value(track.thread);
    }

    private void end(TraceEvent event) {
        json.name("args").beginObject();
        EventNames.properties(event).forEach((name, value) -> json.name(name).any(value));
        json.endObject().endObject();
    }

    private static BigDecimal micros(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos(), MICROS);
    }

    // ---- processes and threads

    /** @param number 0 for the first thread of the socket, greater for those of overlapping durations */
    private Track track(TraceEvent event, int number) {
        TraceSocket socket = event instanceof TraceEvent.OfSocket of ? of.socket() : null;
        String host = socket == null ? NETWORK : socket.localHost();
        String name = socket == null ? NETWORK : EventNames.of(socket);
        Integer process = processes.get(host);
        if (process == null) {
            process = processes.size() + 1;
            processes.put(host, process);
            metadata("process_name", process, 0, host);
        }
        int of = process;
        return tracks.computeIfAbsent(host + '\n' + name + '\n' + number, key -> {
            Track track = new Track(of, tracks.size() + 1);
            metadata("thread_name", of, track.thread, number == 0 ? name : name + " (" + (number + 1) + ")");
            return track;
        });
    }

    private void metadata(String kind, int process, int thread, String name) {
        json.beginObject().name("name").value(kind).name("ph").value("M");
        json.name("pid").value(process).name("tid").value(thread);
        json.name("args").beginObject().name("name").value(name).endObject().endObject();
    }
}
