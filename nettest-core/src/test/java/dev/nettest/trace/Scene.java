package dev.nettest.trace;

import dev.nettest.Operation;
import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TracePayload;
import dev.nettest.TraceSocket;
import dev.nettest.internal.diagram.Diagram;
import dev.nettest.internal.diagram.Diagram.Mark;
import dev.nettest.internal.diagram.Diagram.Shape;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A diagram that a test writes row by row. */
final class Scene {
    private final List<Diagram.Column> columns = new ArrayList<>();
    private final List<Diagram.Row> rows = new ArrayList<>();
    private final List<TraceEvent> events = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private int connections;

    /** One connection of a scene: its two sockets and columns. */
    final class Wire {
        final String flow;
        final int client;
        final int server;
        final TraceSocket dialling;
        final TraceSocket accepting;

        private Wire(int client, int server) {
            flow = "#" + ++connections;
            this.client = client;
            this.server = server;
            InetSocketAddress near = address(client, 49151 + connections);
            InetSocketAddress far = address(server, 80);
            dialling = new TraceSocket(
                    TraceSocket.Kind.CONNECTION, 2L * connections, near, name(client), far, name(server));
            accepting = new TraceSocket(
                    TraceSocket.Kind.CONNECTION, 2L * connections + 1, far, name(server), near, name(client));
        }

        Wire handshake() {
            row(Shape.ARROW, client, server, "connect", Mark.NONE, new TraceEvent.Connecting(number(), now, dialling));
            row(
                    Shape.ARROW,
                    server,
                    client,
                    "connected",
                    Mark.NONE,
                    new TraceEvent.Queued(number(), now, accepting),
                    new TraceEvent.Connected(number() + 1, now, dialling));
            local(accepting, "accepted", new TraceEvent.Accepted(number(), now, accepting));
            return this;
        }

        TraceEvent.Written written(boolean fromClient, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return new TraceEvent.Written(
                    number(),
                    now,
                    fromClient ? dialling : accepting,
                    bytes.length,
                    1,
                    new TracePayload(bytes, bytes.length));
        }

        /** A transfer without delay, and its read. */
        Wire says(boolean fromClient, String text) {
            TraceEvent.Written written = written(fromClient, text);
            String what =
                    "write " + written.bytes() + " bytes " + written.payload().quoted();
            row(Shape.ARROW, column(fromClient), column(!fromClient), what, Mark.NONE, written);
            TraceSocket reader = fromClient ? accepting : dialling;
            local(
                    reader,
                    "read " + written.bytes() + " bytes",
                    new TraceEvent.BytesRead(number(), now, reader, written.bytes(), 1));
            return this;
        }

        /** A transfer that takes time. */
        Wire sends(boolean fromClient, String text, Duration latency) {
            TraceEvent.Written written = written(fromClient, text);
            int departure = rows.size();
            row(
                    Shape.DEPARTURE,
                    column(fromClient),
                    column(!fromClient),
                    "write " + written.bytes() + " bytes " + written.payload().quoted(),
                    Mark.NONE,
                    written,
                    new TraceEvent.InFlight(
                            number() + 1, now, written.socket(), written.bytes(), false, false, now.plus(latency)));
            pass(latency);
            TraceSocket to = fromClient ? accepting : dialling;
            arrive(
                    departure,
                    "deliver " + written.bytes() + " bytes",
                    new TraceEvent.Delivered(number(), now, to, written.bytes(), false, false, 1));
            return this;
        }

        void local(TraceSocket at, String text, TraceEvent event) {
            local(at, text, Mark.NONE, event);
        }

        void local(TraceSocket at, String text, Mark mark, TraceEvent event) {
            int column = at.isDialling() ? client : server;
            row(Shape.LOCAL, column, column, text, mark, event);
        }

        void loses(boolean fromClient, String text) {
            TraceEvent.Written written = written(fromClient, text);
            row(
                    Shape.LOST,
                    column(fromClient),
                    column(!fromClient),
                    "write " + written.bytes() + " bytes, held by the partition",
                    Mark.LOSS,
                    written,
                    new TraceEvent.InFlight(number() + 1, now, written.socket(), written.bytes(), false, false, null));
        }

        void fails(boolean atClient, Operation.Kind operation, String error) {
            TraceSocket at = atClient ? dialling : accepting;
            local(
                    at,
                    operation + " fails: " + error,
                    Mark.ERROR,
                    new TraceEvent.Failed(number(), now, at, operation, error));
        }

        void closes(boolean client) {
            TraceSocket at = client ? dialling : accepting;
            row(
                    Shape.ARROW,
                    column(client),
                    column(!client),
                    "close, FIN",
                    Mark.NONE,
                    new TraceEvent.Closed(number(), now, at, true, false, ""));
        }

        private int column(boolean ofClient) {
            return ofClient ? client : server;
        }

        void row(Shape shape, int from, int to, String text, Mark mark, TraceEvent... of) {
            add(shape, from, to, flow, text, mark, of);
        }

        private void arrive(int departure, String text, TraceEvent event) {
            Diagram.Row row = rows.get(departure);
            rows.set(
                    departure,
                    new Diagram.Row(
                            row.shape(),
                            row.from(),
                            row.to(),
                            row.flow(),
                            row.text(),
                            row.mark(),
                            rows.size(),
                            1,
                            row.events()));
            row(Shape.ARRIVAL, row.from(), row.to(), text, Mark.NONE, event);
        }
    }

    int host(String name) {
        columns.add(new Diagram.Column(name, "10.0.0." + (columns.size() + 1)));
        return columns.size() - 1;
    }

    Wire wire(int client, int server) {
        return new Wire(client, server);
    }

    Scene pass(Duration time) {
        now = now.plus(time);
        return this;
    }

    void change(String link, String change) {
        add(
                Shape.NETWORK,
                -1,
                -1,
                "",
                link + ": " + change,
                Mark.CHANGE,
                new TraceEvent.LinkChanged(number(), now, link, change));
    }

    void add(Shape shape, int from, int to, String flow, String text, Mark mark, TraceEvent... of) {
        events.addAll(List.of(of));
        rows.add(new Diagram.Row(shape, from, to, flow, text, mark, -1, 1, List.of(of)));
    }

    long number() {
        return events.size() + 1L;
    }

    Duration now() {
        return now;
    }

    int events() {
        return events.size();
    }

    Diagram diagram() {
        return new Diagram(new Trace(events, 0, true, now, 42), columns, rows);
    }

    private String name(int column) {
        return columns.get(column).name();
    }

    private static InetSocketAddress address(int column, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) (column + 1)}), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
