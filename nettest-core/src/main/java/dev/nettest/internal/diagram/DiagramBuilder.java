package dev.nettest.internal.diagram;

import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TracePayload;
import dev.nettest.TraceSocket;
import dev.nettest.internal.diagram.Diagram.Mark;
import dev.nettest.internal.diagram.Diagram.Row;
import dev.nettest.internal.diagram.Diagram.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the columns and rows of a {@link Diagram}. Streams and datagrams have rows of their own kind. */
final class DiagramBuilder {

    /** The bytes that a row shows of a payload that is no text. */
    private static final int BINARY = 4;

    private final Trace trace;
    private final DiagramColumns columns;
    private final List<RowBuilder> rows = new ArrayList<>();
    private final Map<Long, String> flows = new HashMap<>();

    /** The last row of each flow. */
    private final Map<String, RowBuilder> last = new HashMap<>();

    private final StreamRows streams = new StreamRows(this);
    private final DatagramRows datagrams = new DatagramRows(this);

    DiagramBuilder(Trace trace) {
        this.trace = trace;
        this.columns = new DiagramColumns(trace);
    }

    Diagram build() {
        List<TraceEvent> events = EventOrder.writesBeforeSegments(trace.events());
        OpenWaits waits = new OpenWaits(events);
        for (TraceEvent event : events) {
            if (event instanceof TraceEvent.OfSocket ofSocket) {
                add(ofSocket, waits);
            } else if (event instanceof TraceEvent.LinkChanged changed) {
                add(new RowBuilder(Shape.NETWORK, -1, -1, "", changed.link() + ": " + changed.change()), changed)
                        .mark(Mark.CHANGE);
            } else if (event instanceof TraceEvent.HostChanged changed) {
                addHost(changed);
            }
        }
        return new Diagram(trace, columns.all(), folded());
    }

    /** The rows, with equal ones in a row as one. */
    private List<Row> folded() {
        List<RowBuilder> kept = new ArrayList<>();
        int[] places = new int[rows.size()];
        for (int i = 0; i < places.length; i++) {
            RowBuilder row = rows.get(i);
            RowBuilder previous = kept.isEmpty() ? null : kept.get(kept.size() - 1);
            if (previous != null && previous.isSame(row)) {
                previous.count++;
                previous.events.addAll(row.events);
            } else {
                kept.add(row);
            }
            places[i] = kept.size() - 1;
        }
        List<Row> built = new ArrayList<>();
        for (RowBuilder row : kept) {
            row.arrival = row.arrival < 0 ? -1 : places[row.arrival];
            built.add(row.build());
        }
        return built;
    }

    private void addHost(TraceEvent.HostChanged changed) {
        int column = columns.ofHost(changed.host());
        Shape shape = column < 0 ? Shape.NETWORK : Shape.LOCAL;
        String text = column < 0 ? changed.host() + ": " + changed.state() : changed.state();
        add(new RowBuilder(shape, column, column, "", text), changed).mark(Mark.CHANGE);
    }

    private void add(TraceEvent.OfSocket event, OpenWaits waits) {
        if (event instanceof TraceEvent.FaultFired fired) {
            String place = fired.declaredAt().isEmpty() ? "" : ", declared at " + fired.declaredAt();
            local(fired, "fault: " + fired.operation() + " " + fired.fault() + place + times(fired.count()))
                    .mark(Mark.FAULT);
        } else if (event instanceof TraceEvent.Failed failed) {
            local(failed, failed.operation() + " failed: " + failed.error()).mark(Mark.ERROR);
        } else if (event instanceof TraceEvent.WaitTimedOut late) {
            local(late, late.operation() + " timed out after " + DiagramTime.text(late.limit()))
                    .mark(Mark.TIMEOUT);
        } else if (event instanceof TraceEvent.WaitBegan began) {
            if (waits.isOpen(began)) {
                local(began, began.thread() + " waits to " + began.operation());
            }
        } else if (event.socket().kind() == TraceSocket.Kind.DATAGRAM) {
            datagrams.add(event);
        } else {
            streams.add(event);
        }
    }

    // ---- for both kinds of rows

    DiagramColumns columns() {
        return columns;
    }

    /** The name of the connection of {@code socket}; empty for a listener. */
    String flow(TraceSocket socket) {
        return switch (socket.kind()) {
            case LISTENER -> "";
            case DATAGRAM -> "udp";
            case CONNECTION -> flows.computeIfAbsent(socket.connection(), id -> "#" + (flows.size() + 1));
        };
    }

    /** A row in the column of the event's socket. */
    RowBuilder local(TraceEvent.OfSocket event, String text) {
        int column = columns.of(event.socket());
        return add(new RowBuilder(Shape.LOCAL, column, column, flow(event.socket()), text), event);
    }

    /** A row from the event's socket to the column {@code to}. */
    RowBuilder arrow(TraceEvent.OfSocket event, int to, String text) {
        return add(new RowBuilder(Shape.ARROW, columns.of(event.socket()), to, flow(event.socket()), text), event);
    }

    RowBuilder add(RowBuilder row, TraceEvent event) {
        row.events.add(event);
        row.index = rows.size();
        rows.add(row);
        last.put(row.flow, row);
        return row;
    }

    /** The last row of the socket's flow; null for none. */
    @Nullable
    RowBuilder last(TraceSocket socket) {
        return last.get(flow(socket));
    }

    /** The first bytes with a space before them; fewer of them if they are no text. Empty if there are none. */
    static String excerpt(TracePayload payload) {
        if (payload.kept() == 0) {
            return "";
        }
        String text = payload.quoted();
        boolean isText = text.length() <= 2 * payload.kept() + 2;
        boolean isShort = payload.kept() <= BINARY && !payload.isTruncated();
        return isText || isShort
                ? " " + text
                : " "
                        + new TracePayload(
                                        Arrays.copyOf(payload.bytes(), Math.min(BINARY, payload.kept())),
                                        payload.length())
                                .quoted();
    }

    static String times(long count) {
        return count > 1 ? ", " + count + " times" : "";
    }

    /** {@code 5 bytes}, or {@code 3 x 5 bytes}. */
    static String bytes(long count, long bytes) {
        return (count > 1 ? count + " x " : "") + bytes + (bytes == 1 ? " byte" : " bytes");
    }
}
