package dev.nettest.trace;

import dev.nettest.TraceEvent;
import dev.nettest.TracePayload;
import dev.nettest.TraceSocket;
import dev.nettest.internal.diagram.Diagram;
import dev.nettest.internal.diagram.DiagramSelection;
import dev.nettest.internal.diagram.EventText;
import dev.nettest.internal.diagram.TcpStates;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A diagram as JSON for the script of a page. Equal texts, sockets and payloads are written once, and rows refer to
 * them by index.
 */
final class PageData {

    /** More rows would make the page slow and large. */
    static final int MOST_ROWS = 6_000;

    /** All payloads of a page together, before Base64. */
    private static final int MOST_PAYLOAD = 256 << 10;

    private static final int LONGEST_PAYLOAD = 4096;
    private static final int LONGEST_TEXT = 240;

    /** Stands for the payload in the text of a row. */
    private static final String PAYLOAD = "\0";

    private final Diagram diagram;
    private final TcpStates states;
    private final BitSet chosen = new BitSet();
    private final Table<String> texts = new Table<>();
    private final Table<TraceSocket> sockets = new Table<>();
    private final Table<TracePayload> payloads = new Table<>();
    private final Map<String, Flow> flows = new LinkedHashMap<>();

    PageData(Diagram diagram) {
        this.diagram = diagram;
        states = new TcpStates(diagram.trace());
        DiagramSelection selection = new DiagramSelection(diagram.rows(), MOST_ROWS);
        IntStream.range(0, diagram.rows().size()).filter(selection::shows).forEach(chosen::set);
        diagram.rows().forEach(this::addFlow);
    }

    /** Values in the order of their first use. */
    private static final class Table<T> {
        private final Map<T, Integer> indexes = new LinkedHashMap<>();

        int index(T value) {
            Integer index = indexes.putIfAbsent(value, indexes.size());
            return index == null ? indexes.size() - 1 : index;
        }
    }

    /** A connection or datagram socket, and the columns of its ends. -1 is an unknown column. */
    private static final class Flow {
        private final int index;
        private int dialling = -1;
        private int accepting = -1;

        private Flow(int index) {
            this.index = index;
        }
    }

    /** The JSON of the diagram. */
    String json() {
        List<String> rows = new ArrayList<>();
        Duration time = Duration.ZERO;
        int previous = -1;
        for (int i = chosen.nextSetBit(0); i >= 0; i = chosen.nextSetBit(i + 1)) {
            Diagram.Row row = diagram.rows().get(i);
            rows.add(row(row, row.time().minus(time), i - previous - 1));
            time = row.time();
            previous = i;
        }
        Map<String, String> page = new LinkedHashMap<>();
        page.put(
                "columns",
                Json.array(diagram.columns().stream()
                        .map(column -> Json.array(List.of(Json.string(column.name()), Json.string(column.detail()))))
                        .toList()));
        page.put(
                "flows",
                Json.array(flows.entrySet().stream()
                        .map(flow -> "[" + Json.string(flow.getKey()) + "," + flow.getValue().dialling + ","
                                + flow.getValue().accepting + "]")
                        .toList()));
        page.put("rows", Json.array(rows));
        page.put(
                "sockets",
                Json.array(sockets.indexes.keySet().stream().map(this::socket).toList()));
        page.put(
                "texts",
                Json.array(texts.indexes.keySet().stream().map(Json::string).toList()));
        int excerpt = excerpt();
        page.put(
                "payloads",
                Json.array(payloads.indexes.keySet().stream()
                        .map(payload -> payload(payload, excerpt))
                        .toList()));
        StringBuilder json = new StringBuilder();
        page.forEach((name, value) -> json.append(json.isEmpty() ? "{" : ",\n")
                .append(Json.string(name))
                .append(':')
                .append(value));
        return json.append('}').toString();
    }

    private int name(Enum<?> value) {
        return texts.index(lower(value.name()));
    }

    private void addFlow(Diagram.Row row) {
        if (row.flow().isEmpty()) {
            return;
        }
        Flow flow = flows.computeIfAbsent(row.flow(), label -> new Flow(flows.size()));
        TraceSocket socket = row.first() instanceof TraceEvent.OfSocket of ? of.socket() : null;
        if (socket == null || socket.kind() != TraceSocket.Kind.CONNECTION || row.from() < 0) {
            return;
        }
        boolean atReceiver = row.shape() == Diagram.Shape.ARRIVAL;
        int own = atReceiver ? row.to() : row.from();
        int other = atReceiver ? row.from() : row.to();
        setColumn(flow, socket.isDialling(), own);
        if (own != other) {
            setColumn(flow, !socket.isDialling(), other);
        }
    }

    private static void setColumn(Flow flow, boolean dialling, int column) {
        if (dialling && flow.dialling < 0) {
            flow.dialling = column;
        } else if (!dialling && flow.accepting < 0) {
            flow.accepting = column;
        }
    }

    /** A row: fixed numbers first, then six numbers for each event. */
    private String row(Diagram.Row row, Duration sincePrevious, int omittedBefore) {
        TcpStates.Ends ends = states.after(row.events().get(row.events().size() - 1));
        StringBuilder json = new StringBuilder("[");
        Flow flow = flows.get(row.flow());
        append(
                json,
                name(row.shape()),
                row.from(),
                row.to(),
                flow == null ? -1 : flow.index,
                texts.index(text(row)),
                name(row.mark()),
                row.arrival() < 0
                        ? -1
                        : chosen.get(0, Math.min(row.arrival(), diagram.rows().size()))
                                .cardinality(),
                row.count(),
                sincePrevious.toNanos(),
                texts.index(ends.dialling().toString()),
                texts.index(ends.accepting().toString()),
                omittedBefore);
        for (TraceEvent event : row.events()) {
            TracePayload payload = payload(event);
            json.append(',');
            append(
                    json,
                    texts.index(EventText.kind(event)),
                    event.number(),
                    event.time().minus(row.time()).toNanos(),
                    event instanceof TraceEvent.OfSocket of ? sockets.index(of.socket()) : -1,
                    texts.index(EventText.details(event)),
                    payload == null || payload.kept() == 0 ? -1 : payloads.index(payload));
        }
        return json.append(']').toString();
    }

    /** The text without its payload, which the page has in another form. Otherwise it could have megabytes. */
    private static String text(Diagram.Row row) {
        TracePayload payload = row.payload();
        String text =
                payload == null || payload.kept() == 0 ? row.text() : row.text().replace(payload.quoted(), PAYLOAD);
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
    }

    private static void append(StringBuilder json, long... numbers) {
        for (int i = 0; i < numbers.length; i++) {
            json.append(i == 0 ? "" : ",").append(numbers[i]);
        }
    }

    private static @Nullable TracePayload payload(TraceEvent event) {
        if (event instanceof TraceEvent.Written written) {
            return written.payload();
        }
        return event instanceof TraceEvent.DatagramSent sent ? sent.payload() : null;
    }

    private String socket(TraceSocket socket) {
        SocketAddress remote = socket.remote();
        return Json.array(List.of(
                Json.string(lower(socket.kind().name())),
                Json.string(EventText.address(socket.local())),
                Json.string(socket.localHost()),
                Json.string(remote == null ? "" : EventText.address(remote)),
                Json.string(socket.remoteHost() == null ? "" : socket.remoteHost())));
    }

    /** As many bytes of each payload as keep the page small. */
    private int excerpt() {
        return IntStream.iterate(LONGEST_PAYLOAD, length -> length >= 16, length -> length / 2)
                .filter(length -> payloads.indexes.keySet().stream()
                                .mapToLong(payload -> Math.min(length, payload.bytes().length))
                                .sum()
                        <= MOST_PAYLOAD)
                .findFirst()
                .orElse(8);
    }

    private static String payload(TracePayload payload, int most) {
        byte[] bytes = payload.bytes();
        byte[] kept = bytes.length <= most ? bytes : Arrays.copyOf(bytes, most);
        return "[\"" + Base64.getEncoder().encodeToString(kept) + "\"," + payload.length() + "]";
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
