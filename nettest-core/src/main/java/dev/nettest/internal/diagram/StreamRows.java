package dev.nettest.internal.diagram;

import dev.nettest.TraceEvent;
import dev.nettest.TraceEvent.Accepted;
import dev.nettest.TraceEvent.BytesRead;
import dev.nettest.TraceEvent.Closed;
import dev.nettest.TraceEvent.Connected;
import dev.nettest.TraceEvent.Connecting;
import dev.nettest.TraceEvent.Delivered;
import dev.nettest.TraceEvent.EndOfStreamRead;
import dev.nettest.TraceEvent.HalfClosed;
import dev.nettest.TraceEvent.InFlight;
import dev.nettest.TraceEvent.Listening;
import dev.nettest.TraceEvent.Queued;
import dev.nettest.TraceEvent.Retransmitted;
import dev.nettest.TraceEvent.Written;
import dev.nettest.TraceSocket;
import dev.nettest.internal.diagram.Diagram.Mark;
import dev.nettest.internal.diagram.Diagram.Shape;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The rows of listeners and connections. */
final class StreamRows {

    private final DiagramBuilder diagram;

    /** The rows whose segments are in flight, by the id of the sending end, oldest first. */
    private final Map<Long, ArrayDeque<RowBuilder>> inFlight = new HashMap<>();

    /** The row of the handshake of each connection, until it is complete. */
    private final Map<Long, RowBuilder> handshakes = new HashMap<>();

    /** The row with the last segments that each end sent, as long as these may turn out to take time. */
    private final Map<Long, RowBuilder> sent = new HashMap<>();

    StreamRows(DiagramBuilder diagram) {
        this.diagram = diagram;
    }

    void add(TraceEvent.OfSocket event) {
        TraceSocket socket = event.socket();
        if (event instanceof Listening) {
            diagram.local(event, "listen " + DiagramColumns.port(socket.local()).strip());
        } else if (event instanceof Connecting) {
            handshakes.put(socket.connection(), send(event, handshake(remote(socket))));
        } else if (event instanceof Queued) {
            queued(event);
        } else if (event instanceof Connected) {
            connected(event);
        } else if (event instanceof Accepted) {
            diagram.local(event, "accept");
        } else if (event instanceof Written written) {
            written(written);
        } else if (event instanceof BytesRead read) {
            read(read);
        } else if (event instanceof EndOfStreamRead) {
            endOfStream(event);
        } else if (event instanceof InFlight flight) {
            inFlight(flight);
        } else if (event instanceof Delivered delivered) {
            delivered(delivered);
        } else if (event instanceof Retransmitted lost) {
            retransmitted(lost);
        } else if (event instanceof HalfClosed half) {
            halfClosed(half);
        } else if (event instanceof Closed closed) {
            closed(closed);
        }
    }

    private static SocketAddress remote(TraceSocket socket) {
        return Objects.requireNonNull(socket.remote(), "remote");
    }

    /** A Unix domain socket exchanges no segments. */
    private static String handshake(SocketAddress target) {
        return target instanceof InetSocketAddress inet ? "SYN :" + inet.getPort() : "connect";
    }

    /** A row to the other end of the connection. */
    private RowBuilder send(TraceEvent.OfSocket event, String text) {
        TraceSocket socket = event.socket();
        RowBuilder row = diagram.arrow(event, diagram.columns().peerOf(socket), text);
        sent.put(socket.id(), row);
        return row;
    }

    // ---- handshakes

    private void queued(TraceEvent.OfSocket event) {
        RowBuilder syn = handshakes.remove(event.socket().connection());
        if (syn == null || isLater(event, syn)) {
            arrival(event, "ACK");
        } else {
            syn.append("", event);
        }
    }

    private void connected(TraceEvent.OfSocket event) {
        RowBuilder syn = handshakes.get(event.socket().connection());
        if (syn != null && isLater(event, syn)) {
            syn.shape = Shape.DEPARTURE;
        }
        arrival(event, "SYN, ACK");
    }

    private static boolean isLater(TraceEvent event, RowBuilder row) {
        return event.time().compareTo(row.events.get(0).time()) > 0;
    }

    /** A row at which something arrives from the other end. */
    private RowBuilder arrival(TraceEvent.OfSocket event, String text) {
        TraceSocket socket = event.socket();
        int from = diagram.columns().peerOf(socket);
        int to = diagram.columns().of(socket);
        return diagram.add(new RowBuilder(Shape.ARRIVAL, from, to, diagram.flow(socket), text), event);
    }

    // ---- bytes

    private void written(Written written) {
        String excerpt = DiagramBuilder.excerpt(written.payload());
        RowBuilder row = send(written, DiagramBuilder.bytes(written.count(), written.bytes()) + excerpt);
        row.bytes = written.bytes() * written.count();
    }

    private void read(BytesRead read) {
        RowBuilder last = diagram.last(read.socket());
        long bytes = read.bytes() * read.count();
        if (last != null
                && last.shape != Shape.LOCAL
                && last.shape != Shape.DEPARTURE
                && last.to == diagram.columns().of(read.socket())
                && last.bytes == bytes) {
            last.append(", read", read);
        } else {
            diagram.local(read, "read " + DiagramBuilder.bytes(read.count(), read.bytes()));
        }
    }

    private void endOfStream(TraceEvent.OfSocket event) {
        RowBuilder last = diagram.last(event.socket());
        if (last != null
                && last.shape != Shape.LOCAL
                && last.to == diagram.columns().of(event.socket())
                && last.text.startsWith("FIN")) {
            last.append(", read as end of stream", event);
        } else {
            diagram.local(event, "read: end of stream");
        }
    }

    private void inFlight(InFlight flight) {
        TraceSocket socket = flight.socket();
        RowBuilder row = sent.remove(socket.id());
        if (row == null || isLater(flight, row)) {
            row = send(flight, segments(flight.bytes(), flight.fin(), flight.reset()));
            if (flight.reset()) {
                row.mark(Mark.ERROR);
            }
            sent.remove(socket.id());
        } else {
            row.events.add(flight);
        }
        row.shape = Shape.DEPARTURE;
        row.bytes = Math.max(row.bytes, flight.bytes());
        if (flight.arrival() == null) {
            row.text += ", not delivered";
            row.mark(Mark.LOSS);
        } else {
            inFlight.computeIfAbsent(socket.id(), id -> new ArrayDeque<>()).add(row);
        }
    }

    private void delivered(Delivered delivered) {
        TraceSocket socket = delivered.socket();
        long bytes = delivered.bytes() * delivered.count();
        RowBuilder row = arrival(delivered, segments(bytes, delivered.fin(), delivered.reset()));
        row.bytes = bytes;
        ArrayDeque<RowBuilder> waiting = inFlight.getOrDefault(socket.id() ^ 1, new ArrayDeque<>());
        RowBuilder departure = waiting.peek();
        if (departure == null) {
            return;
        }
        departure.arrival = row.index;
        long left = bytes;
        while (departure != null && departure.bytes <= left) {
            departure.arrival = row.index;
            left -= departure.bytes;
            waiting.remove();
            departure = waiting.peek();
        }
        if (departure != null) {
            departure.bytes -= left;
        }
    }

    private void retransmitted(Retransmitted lost) {
        Duration wait = lost.departure().minus(lost.time());
        diagram.local(
                        lost,
                        "segment of " + DiagramBuilder.bytes(1, lost.bytes()) + " lost, sent again after "
                                + DiagramTime.text(wait))
                .mark(Mark.LOSS);
    }

    private static String segments(long bytes, boolean fin, boolean reset) {
        String text = bytes > 0 ? DiagramBuilder.bytes(1, bytes) : "";
        text += fin ? (text.isEmpty() ? "FIN" : ", FIN") : "";
        return text + (reset ? (text.isEmpty() ? "RST" : ", RST") : "");
    }

    // ---- ends

    private void halfClosed(HalfClosed half) {
        if (half.output()) {
            send(half, "FIN, shutdown output");
        } else {
            diagram.local(half, "shutdown input");
        }
    }

    private void closed(Closed closed) {
        String reason = closed.reason().isEmpty() ? "" : " " + closed.reason();
        String segments = segments(0, closed.fin(), closed.reset());
        if (segments.isEmpty() || closed.socket().kind() != TraceSocket.Kind.CONNECTION) {
            diagram.local(closed, "close" + reason);
            return;
        }
        RowBuilder row = send(closed, segments + ", close" + reason);
        if (closed.reset()) {
            row.mark(Mark.ERROR);
        }
    }
}
