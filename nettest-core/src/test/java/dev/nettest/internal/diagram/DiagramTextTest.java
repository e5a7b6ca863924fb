package dev.nettest.internal.diagram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Operation;
import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TracePayload;
import dev.nettest.TraceSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The lines that a diagram in plain characters has. */
class DiagramTextTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("10.0.0.2", 1000);
    private static final InetSocketAddress SERVER = new InetSocketAddress("10.0.0.5", 80);

    private final List<TraceEvent> events = new ArrayList<>();
    private Duration time = Duration.ZERO;

    private static TraceSocket dialling(long connection) {
        return new TraceSocket(TraceSocket.Kind.CONNECTION, 2 * connection, CLIENT, "app", SERVER, "web");
    }

    private static TraceSocket accepting(long connection) {
        return new TraceSocket(TraceSocket.Kind.CONNECTION, 2 * connection + 1, SERVER, "web", CLIENT, "app");
    }

    private static TracePayload payload(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new TracePayload(bytes, bytes.length);
    }

    private void write(TraceSocket socket, String text) {
        events.add(new TraceEvent.Written(number(), time, socket, text.length(), 1, payload(text)));
    }

    private void read(TraceSocket socket, int bytes) {
        events.add(new TraceEvent.BytesRead(number(), time, socket, bytes, 1));
    }

    private long number() {
        return events.size();
    }

    private Trace trace(boolean virtual) {
        return new Trace(events, 0, virtual, time, 1);
    }

    @Test
    void anEmptyTraceHasNoDiagram() {
        assertThat(DiagramText.of(trace(true))).isEqualTo("nothing has happened");
    }

    @Test
    void changesWithoutSocketsNeedNoColumn() {
        events.add(new TraceEvent.LinkChanged(0, time, "a <-> b", "partitioned"));
        events.add(new TraceEvent.HostChanged(1, time, "a", "crashed"));

        assertThat(DiagramText.of(trace(true)).lines().map(String::strip))
                .containsExactly("", "0 s =   == a <-> b: partitioned ==", "=   == a: crashed ==");
    }

    @Test
    void aLoopIsShownOnce() {
        for (int i = 0; i < 10; i++) {
            write(dialling(1), "ping");
            read(accepting(1), 4);
            write(accepting(1), "pong");
            read(dialling(1), 4);
        }

        assertThat(DiagramText.of(trace(false))).isEqualTo("""
                        app                        web
                     10.0.0.2                   10.0.0.5
                     #1  |-- 4 bytes "ping", read ->|
                     #1  |<- 4 bytes "pong", read --|
                         | ... the last 2 rows again, 9 times ...""".indent(1).stripTrailing());
    }

    @Test
    void aPauseOnTheSystemClockIsRounded() {
        write(dialling(1), "a");
        time = Duration.ofMillis(12_345);
        write(dialling(1), "b");

        assertThat(DiagramText.of(trace(false))).contains(": 12 s later").doesNotContain("12345");
    }

    @Test
    void aShortDiagramKeepsTheEndAndTheFault() {
        for (int i = 0; i < 100; i++) {
            write(dialling(1), "x".repeat(i + 1));
            if (i == 30) {
                events.add(new TraceEvent.FaultFired(
                        number(), time, dialling(1), Operation.Kind.WRITE, "reset()", "network", "A.java:1", 1));
            }
        }

        String text = DiagramText.of(trace(false), 20);

        assertThat(text)
                .contains("31 bytes", "fault: write reset(), declared at A.java:1", "32 bytes", "100 bytes")
                .doesNotContain(" 20 bytes", " 50 bytes");
        assertThat(text.lines().filter(line -> line.contains("#1"))).hasSize(20);
        assertThat(text.lines().filter(line -> line.contains("omitted"))).hasSize(2);
    }

    @Test
    void anyOrderOfEventsCanBeDrawn() {
        for (int seed = 0; seed < 2000; seed++) {
            RandomEvents random = new RandomEvents(new SplittableRandom(seed));
            Trace trace = random.trace();

            String text = DiagramText.of(trace);
            String part = DiagramText.of(trace, 7);

            assertThat(text).as("seed " + seed).isNotEmpty();
            assertThat(part.lines().count())
                    .as("seed " + seed)
                    .isLessThanOrEqualTo(text.lines().count() + 7);
        }
    }
}
