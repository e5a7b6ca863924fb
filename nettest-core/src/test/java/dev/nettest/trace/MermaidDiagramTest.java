package dev.nettest.trace;

import static dev.nettest.TraceScript.client;
import static dev.nettest.TraceScript.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nettest.Operation;
import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceScript;
import dev.nettest.TraceSocket;
import dev.nettest.internal.diagram.Diagram;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MermaidDiagramTest {

    /** The lines of a sequence diagram that are used here. The grammar is stricter than Mermaid's. */
    private static final Pattern LINE =
            Pattern.compile("    (participant h\\d+ as|h\\d+(->>|-\\)|-->>|-x)h\\d+:|Note over h\\d+(,h\\d+)?:)"
                    + " ([\\p{L}\\p{N} .,/()_'*!?…-]|#\\d+;|<br/>)+");

    private final TraceSocket client = client(0, 40_000);
    private final TraceSocket server = server(0, 40_000);

    private static List<String> lines(String diagram) {
        List<String> lines = diagram.lines().toList();
        assertThat(lines.get(0)).isEqualTo("sequenceDiagram");
        assertThat(lines.subList(1, lines.size()))
                .allMatch(line -> LINE.matcher(line).matches());
        return lines;
    }

    private static Diagram diagram(Diagram.Row... rows) {
        List<Diagram.Column> columns = List.of(
                new Diagram.Column("app", "10.0.0.2"), new Diagram.Column("db", ""), new Diagram.Column("a;b", "a;b"));
        return new Diagram(new TraceScript().trace(), columns, List.of(rows));
    }

    private static Diagram.Row row(Diagram.Shape shape, int from, int to, String text, Diagram.Mark mark, long count) {
        TraceEvent event = new TraceEvent.HostChanged(0, Duration.ofMillis(5), "db", "paused");
        return new Diagram.Row(
                shape, from, to, shape == Diagram.Shape.NETWORK ? "" : "#1", text, mark, -1, count, List.of(event));
    }

    @Test
    void eachShapeHasItsArrow() {
        String text = MermaidDiagram.of(
                diagram(
                        row(Diagram.Shape.ARROW, 0, 1, "SYN", Diagram.Mark.NONE, 1),
                        row(Diagram.Shape.DEPARTURE, 0, 1, "5 bytes", Diagram.Mark.NONE, 3),
                        row(Diagram.Shape.ARRIVAL, 0, 1, "5 bytes", Diagram.Mark.NONE, 1),
                        row(Diagram.Shape.LOST, 1, 0, "FIN", Diagram.Mark.LOSS, 1),
                        row(Diagram.Shape.LOCAL, 1, 1, "reset", Diagram.Mark.FAULT, 1),
                        row(Diagram.Shape.NETWORK, -1, -1, "latency", Diagram.Mark.CHANGE, 1)),
                10);

        assertThat(lines(text))
                .containsExactly(
                        "sequenceDiagram",
                        "    participant h0 as app<br/>10.0.0.2",
                        "    participant h1 as db",
                        "    participant h2 as a#59;b",
                        "    h0->>h1: 5 ms#58; #35;1 SYN",
                        "    h0-)h1: 5 ms#58; #35;1 5 bytes (3 times)",
                        "    h0-->>h1: 5 ms#58; #35;1 5 bytes",
                        "    h1-xh0: 5 ms#58; #91;LOSS#93; #35;1 FIN",
                        "    Note over h1: 5 ms#58; #91;FAULT#93; #35;1 reset",
                        "    Note over h0,h2: 5 ms#58; latency");
    }

    @Test
    void allPunctuationIsEscaped() {
        StringBuilder all = new StringBuilder();
        for (char each = ' '; each < 0x7F; each++) {
            all.append(each);
        }
        String text = MermaidDiagram.of(
                diagram(row(Diagram.Shape.ARROW, 0, 1, all + "\n\r\t end %% é \uD83D\uDE00", Diagram.Mark.NONE, 1)), 1);
        assertThat(lines(text)).hasSize(5);
        assertThat(text)
                .contains("#35;", "#59;", "#58;", "<br/>#13;#9; end #37;#37; é #128512;")
                .doesNotContain("%");
        assertThat(MermaidDiagram.escape("")).isEqualTo("#32;");
    }

    @Test
    void omittedRowsAreCountedAndMarkedOnesStay() {
        TraceScript script = new TraceScript().connect(0, 40_000);
        for (int i = 0; i < 100; i++) {
            script.at(i).write(client, "a".repeat(i + 1)).read(server, i + 1, 1);
            if (i == 40) {
                script.fault(client, Operation.Kind.WRITE, "reset");
            }
        }
        Trace trace = script.close(client, true).trace();

        List<String> lines = lines(MermaidDiagram.of(trace, 30));

        assertThat(lines)
                .anyMatch(line -> line.contains("FAULT"))
                .anyMatch(line -> line.matches("    Note over h0,h1: … \\d+ rows omitted …"));
        assertThat(lines.stream().filter(line -> !line.contains("omitted") && !line.contains("participant")))
                .hasSize(31);
    }

    @Test
    void aTraceWithoutEventsIsADiagram() {
        assertThat(lines(MermaidDiagram.of(new TraceScript().trace()))).hasSize(2);
        assertThat(MermaidDiagram.of(new TraceScript().connect(0, 40_000).trace(7)))
                .contains("the trace lacks 7 events");
    }

    @Test
    void theBoundIsPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MermaidDiagram.of(new TraceScript().trace(), 0))
                .withMessage("rows 0 < 1");
    }
}
