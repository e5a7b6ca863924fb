package dev.nettest.internal.diagram;

import dev.nettest.TraceEvent;
import dev.nettest.TraceEvent.Bound;
import dev.nettest.TraceEvent.Closed;
import dev.nettest.TraceEvent.DatagramDelivered;
import dev.nettest.TraceEvent.DatagramDropped;
import dev.nettest.TraceEvent.DatagramFragmented;
import dev.nettest.TraceEvent.DatagramReceived;
import dev.nettest.TraceEvent.DatagramSent;
import dev.nettest.TraceSocket;
import dev.nettest.internal.diagram.Diagram.Mark;
import dev.nettest.internal.diagram.Diagram.Shape;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** The rows of datagram endpoints. */
final class DatagramRows {

    private final DiagramBuilder diagram;

    /** The rows of sent datagrams that have neither arrived nor been lost, by their sender, oldest first. */
    private final Map<SocketAddress, ArrayDeque<RowBuilder>> sent = new HashMap<>();

    DatagramRows(DiagramBuilder diagram) {
        this.diagram = diagram;
    }

    void add(TraceEvent.OfSocket event) {
        if (event instanceof Bound) {
            diagram.local(
                    event, "bind " + DiagramColumns.port(event.socket().local()).strip());
        } else if (event instanceof DatagramSent datagram) {
            sent(datagram);
        } else if (event instanceof DatagramFragmented fragmented) {
            RowBuilder last = diagram.last(fragmented.socket());
            if (last != null && last.shape == Shape.ARROW) {
                last.append(", " + fragmented.fragments() + " fragments", fragmented);
            }
        } else if (event instanceof DatagramDropped dropped) {
            dropped(dropped);
        } else if (event instanceof DatagramDelivered delivered) {
            delivered(delivered);
        } else if (event instanceof DatagramReceived received) {
            received(received);
        } else if (event instanceof Closed closed) {
            diagram.local(closed, "close" + (closed.reason().isEmpty() ? "" : " " + closed.reason()));
        }
    }

    private void sent(DatagramSent datagram) {
        String excerpt = DiagramBuilder.excerpt(datagram.payload());
        RowBuilder row = diagram.arrow(
                datagram,
                diagram.columns().of(datagram.target()),
                DiagramBuilder.bytes(datagram.count(), datagram.bytes()) + excerpt);
        row.bytes = datagram.bytes() * datagram.count();
        sent.computeIfAbsent(datagram.socket().local(), sender -> new ArrayDeque<>())
                .add(row);
    }

    private void dropped(DatagramDropped dropped) {
        int to = diagram.columns().of(dropped.target());
        ArrayDeque<RowBuilder> waiting = sent.getOrDefault(dropped.socket().local(), new ArrayDeque<>());
        RowBuilder row = waiting.peekLast();
        if (row != null && row.to == to && row.events.get(0).time().equals(dropped.time())) {
            waiting.removeLast();
            row.shape = Shape.LOST;
            row.append(", " + dropped.reason(), dropped);
            row.mark(Mark.LOSS);
        } else {
            diagram.local(
                            dropped,
                            "datagram to "
                                    + DiagramColumns.port(dropped.target()).strip() + ": " + dropped.reason())
                    .mark(Mark.LOSS);
        }
    }

    private void delivered(DatagramDelivered delivered) {
        TraceSocket socket = delivered.socket();
        int to = diagram.columns().of(socket);
        ArrayDeque<RowBuilder> waiting = sent.getOrDefault(delivered.sender(), new ArrayDeque<>());
        RowBuilder row = waiting.stream()
                .filter(other -> other.to == to && other.bytes == delivered.bytes())
                .findFirst()
                .orElse(null);
        waiting.removeIf(other -> other == row);
        if (row != null && row.events.get(0).time().equals(delivered.time())) {
            row.events.add(delivered);
            return;
        }
        int from = diagram.columns().of(delivered.sender());
        RowBuilder arrival = new RowBuilder(
                Shape.ARRIVAL,
                from,
                to,
                diagram.flow(socket),
                DiagramBuilder.bytes(delivered.count(), delivered.bytes()));
        arrival.bytes = delivered.bytes() * delivered.count();
        diagram.add(arrival, delivered);
        if (row != null) {
            row.shape = Shape.DEPARTURE;
            row.arrival = arrival.index;
        }
    }

    private void received(DatagramReceived received) {
        RowBuilder last = diagram.last(received.socket());
        if (last != null
                && (last.shape == Shape.ARROW || last.shape == Shape.ARRIVAL)
                && last.to == diagram.columns().of(received.socket())
                && last.bytes == received.bytes() * received.count()) {
            last.append(", received", received);
        } else {
            diagram.local(received, "receive " + DiagramBuilder.bytes(received.count(), received.bytes()));
        }
    }
}
