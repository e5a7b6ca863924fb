package dev.nettest;

import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A network at one moment, as {@code netstat} would print it: every listener, every end that is not closed, what is queued.
 * Immutable. Each row is consistent in itself; the rows of a busy network may be from moments shortly after one another.
 *
 * @param rows listeners first, by port, then those on paths; then the ends of connections in the order in which they were made, then datagram endpoints by
 *     port
 * @param hosts those that were made, in that order; not the default one, unless it is not up
 * @param names what else has a name, or another answer than its host's addresses; then, with no address, hosts whose name is
 *     unknown now
 * @param links each direction of a link that does something, in netem's words
 * @param clock the network's clock and its time
 * @param seed the network's seed
 */
public record Snapshot(
        List<Row> rows,
        List<HostRow> hosts,
        Map<String, List<InetAddress>> names,
        List<String> links,
        String clock,
        long seed) {

    /** What is in a network. */
    public Snapshot {
        rows = List.copyOf(rows);
        hosts = List.copyOf(hosts);
        names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
        links = List.copyOf(links);
    }

    /**
     * A host.
     *
     * @param name its name
     * @param addresses what it owns
     * @param state {@code up}, {@code paused}, {@code crashed} or {@code crashed silently}
     */
    public record HostRow(String name, List<InetAddress> addresses, String state) {

        /** A host. */
        public HostRow {
            addresses = List.copyOf(addresses);
        }

        @Override
        public String toString() {
            return name + " " + Addresses.text(addresses) + (state.equals("up") ? "" : " (" + state + ")");
        }
    }

    /**
     * One line.
     *
     * @param protocol {@code tcp}, {@code unix} or {@code udp}
     * @param state {@code LISTEN}, or of an end {@code SYN_SENT}, {@code ESTABLISHED}, {@code FIN_WAIT}, {@code CLOSE_WAIT}, {@code LAST_ACK}, {@code RESET}; of
     *     a datagram endpoint {@code UNCONN}, or {@code ESTABLISHED} where it is connected
     * @param receiveQueue bytes that wait to be read, of datagrams without what is counted for memory; of a listener connections that wait to be accepted
     * @param sendQueue bytes that the peer has not read; of a listener how many may be queued
     * @param localAddress its own address
     * @param remoteAddress the peer's; of a listener, and of an endpoint that is not connected, its own again
     * @param note what else is to be said: faults, who waits
     */
    public record Row(
            String protocol,
            String state,
            long receiveQueue,
            long sendQueue,
            SocketAddress localAddress,
            SocketAddress remoteAddress,
            String note) {

        /** A row of TCP. */
        public Row(
                String state,
                long receiveQueue,
                long sendQueue,
                SocketAddress localAddress,
                SocketAddress remoteAddress,
                String note) {
            this("tcp", state, receiveQueue, sendQueue, localAddress, remoteAddress, note);
        }
    }

    /** The listeners. */
    public List<Row> listeners() {
        return rows.stream().filter(row -> row.state.equals("LISTEN")).toList();
    }

    /** The ends of connections. */
    public List<Row> connections() {
        return rows.stream()
                .filter(row -> !row.protocol.equals("udp") && !row.state.equals("LISTEN"))
                .toList();
    }

    /** The datagram endpoints. */
    public List<Row> datagrams() {
        return rows.stream().filter(row -> row.protocol.equals("udp")).toList();
    }

    /** A table, with a line about hosts, about names, about links, and about clock and seed under it. */
    @Override
    public String toString() {
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("Proto", "State", "Recv-Q", "Send-Q", "Local", "Remote", "Notes"));
        for (Row row : rows) {
            boolean listens = row.state.equals("LISTEN") || row.state.equals("UNCONN");
            table.add(List.of(
                    row.protocol,
                    row.state,
                    Long.toString(row.receiveQueue),
                    Long.toString(row.sendQueue),
                    Addresses.text(row.localAddress),
                    listens ? "*" : Addresses.text(row.remoteAddress),
                    row.note));
        }
        String lines = rows.isEmpty() ? "(no listener, no connection)\n" : render(table);
        return lines + surroundings() + "clock: " + clock + ", seed: " + seed;
    }

    private String surroundings() {
        StringBuilder text = new StringBuilder();
        if (!hosts.isEmpty()) {
            text.append("hosts: ")
                    .append(hosts.stream().map(HostRow::toString).collect(Collectors.joining("; ")))
                    .append('\n');
        }
        if (!names.isEmpty()) {
            text.append("names: ")
                    .append(names.entrySet().stream()
                            .map(name -> name.getKey() + " = " + answer(name.getValue()))
                            .collect(Collectors.joining("; ")))
                    .append('\n');
        }
        if (!links.isEmpty()) {
            text.append("links: ").append(String.join("; ", links)).append('\n');
        }
        return text.toString();
    }

    private static String answer(List<InetAddress> addresses) {
        return addresses.isEmpty() ? "(unknown)" : Addresses.text(addresses);
    }

    private static String render(List<List<String>> table) {
        int columns = table.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : table) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return table.stream().map(row -> line(row, widths)).collect(Collectors.joining());
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            boolean number = i == 2 || i == 3;
            String pad = " ".repeat(widths[i] - row.get(i).length());
            line.append(number ? pad + row.get(i) : row.get(i) + pad).append("  ");
        }
        return line.toString().stripTrailing() + "\n";
    }
}
