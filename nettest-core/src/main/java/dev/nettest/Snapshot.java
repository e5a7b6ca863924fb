package dev.nettest;

import dev.nettest.internal.util.Addresses;
import dev.nettest.internal.util.CallSite;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A network at one moment, like the output of {@code netstat}: listeners, open connections, datagram endpoints and
 * their queues. Immutable. Each row is consistent in itself; the rows of a busy network may be a moment apart.
 *
 * @param rows listeners by port, then listeners on paths; then connections in the order of their creation; then
 *     datagram endpoints by port
 * @param waiters everything that waits: first that of the rows, in their order, then waiters without a row, such as an
 *     await of a listener
 * @param hosts the created hosts, in that order; the default host only if it is not up
 * @param names the names that {@code hosts} does not show: other names and other answers; a host name that is now
 *     unknown has no address
 * @param links each link direction that has an effect, in the words of netem
 * @param clock the network's clock and its time
 * @param seed the network's seed
 */
public record Snapshot(
        List<Row> rows,
        List<Waiter> waiters,
        List<HostRow> hosts,
        Map<String, List<InetAddress>> names,
        List<String> links,
        String clock,
        long seed) {

    /** Creates a snapshot. */
    public Snapshot {
        rows = copy(rows, "rows");
        waiters = copy(waiters, "waiters");
        hosts = copy(hosts, "hosts");
        names = Collections.unmodifiableMap(new LinkedHashMap<>(Objects.requireNonNull(names, "names")));
        links = copy(links, "links");
        Objects.requireNonNull(clock, "clock");
    }

    private static <T> List<T> copy(List<T> list, String name) {
        return List.copyOf(Objects.requireNonNull(list, name));
    }

    /**
     * A host.
     *
     * @param name the name
     * @param addresses the addresses that it owns
     * @param state {@code up}, {@code paused}, {@code crashed} or {@code crashed silently}
     */
    public record HostRow(String name, List<InetAddress> addresses, String state) {

        /** Creates a row. */
        public HostRow {
            Objects.requireNonNull(name, "name");
            addresses = copy(addresses, "addresses");
            Objects.requireNonNull(state, "state");
        }

        @Override
        public String toString() {
            return name + " " + Addresses.text(addresses) + (state.equals("up") ? "" : " (" + state + ")");
        }
    }

    /**
     * A listener, one end of a connection, or a datagram endpoint.
     *
     * @param protocol {@code tcp}, {@code unix} or {@code udp}
     * @param state {@code LISTEN}; for a connection {@code SYN_SENT}, {@code ESTABLISHED}, {@code FIN_WAIT},
     *     {@code CLOSE_WAIT}, {@code LAST_ACK} or {@code RESET}; for a datagram endpoint {@code UNCONN}, or
     *     {@code ESTABLISHED} if it is connected
     * @param receiveQueue the unread bytes, for datagrams the payload only; for a listener the queued connections
     * @param sendQueue the bytes that the peer has not read; for a listener the capacity of its accept queue
     * @param localAddress the local address
     * @param remoteAddress the peer's address; for a listener or an unconnected endpoint the local address again
     * @param note anything else: the host, queued connections without an accept, dropped datagrams, installed faults
     * @param waiters the threads, coroutines and callbacks that wait here: first those that the network knows, in order
     *     of arrival, then those of {@link Network#onSnapshot}
     */
    public record Row(
            String protocol,
            String state,
            long receiveQueue,
            long sendQueue,
            SocketAddress localAddress,
            SocketAddress remoteAddress,
            String note,
            List<Waiter> waiters) {

        /** Creates a row. */
        public Row {
            Objects.requireNonNull(protocol, "protocol");
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(localAddress, "localAddress");
            Objects.requireNonNull(remoteAddress, "remoteAddress");
            Objects.requireNonNull(note, "note");
            waiters = copy(waiters, "waiters");
        }

        /** Creates a row without waiters. */
        public Row(
                String protocol,
                String state,
                long receiveQueue,
                long sendQueue,
                SocketAddress localAddress,
                SocketAddress remoteAddress,
                String note) {
            this(protocol, state, receiveQueue, sendQueue, localAddress, remoteAddress, note, List.of());
        }
    }

    /**
     * A thread, a coroutine or a callback that waits in a network. The network makes those of blocked threads. Adapters
     * make the others, see {@link WaitingCallback} and {@link Network#onSnapshot}.
     *
     * @param name its kind and name, such as {@code thread "main"} or {@code coroutine "client"}
     * @param operation the method that waits, such as {@code read} or {@code awaitReadable}
     * @param subject the addresses of the socket, or the target of a connect; empty for none
     * @param line the line of the code under test that called the operation: the nearest frame outside this library,
     *     the JDK and the Kotlin runtime. Null if it is unknown
     * @param limited true if the wait has a deadline: a timeout or the limit of an await
     */
    @SuppressWarnings("exports") // JSpecify is optional
    public record Waiter(
            String name,
            String operation,
            String subject,
            @Nullable StackTraceElement line,
            boolean limited) {

        /** Creates a waiter. */
        public Waiter {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(operation, "operation");
            Objects.requireNonNull(subject, "subject");
        }

        /** Creates a waiter whose subject is a socket, with its addresses as in the other waiters. */
        public Waiter(
                String name, String operation, Awaitable socket, @Nullable StackTraceElement line, boolean limited) {
            this(name, operation, text(Objects.requireNonNull(socket, "socket")), line, limited);
        }

        /** Creates a waiter whose subject is an address: the target of a connect, or an awaited listener. */
        public Waiter(
                String name,
                String operation,
                SocketAddress target,
                @Nullable StackTraceElement line,
                boolean limited) {
            this(name, operation, Addresses.text(Objects.requireNonNull(target, "target")), line, limited);
        }

        private static String text(Awaitable socket) {
            if (socket instanceof Connection connection) {
                return Addresses.text(connection.localAddress()) + " -> " + Addresses.text(connection.remoteAddress());
            }
            if (socket instanceof DatagramEndpoint endpoint) {
                SocketAddress peer = endpoint.remoteAddress();
                return text(endpoint.localAddress(), endpoint.host())
                        + (peer == null ? "" : " -> " + Addresses.text(peer));
            }
            Listener listener = (Listener) socket;
            return text(listener.localAddress(), listener.host());
        }

        /** The address, and the host if the address does not tell it. */
        private static String text(SocketAddress address, Host host) {
            boolean told = host == host.network().localhost()
                    || (address instanceof InetSocketAddress inet
                            && host.addresses().contains(inet.getAddress()));
            return Addresses.text(address) + (told ? "" : " of " + host.name());
        }

        /** Such as {@code coroutine "client" in readLine of 127.0.0.1:49152 -> 10.0.0.5:7, at EchoSpec.kt:17}. */
        @Override
        public String toString() {
            return name + " in " + operation + (subject.isEmpty() ? "" : " of " + subject)
                    + (line == null ? "" : ", at " + CallSite.place(line));
        }
    }

    /** The listeners. */
    public List<Row> listeners() {
        return rows.stream().filter(row -> row.state.equals("LISTEN")).toList();
    }

    /** The connections, one row for each end. */
    public List<Row> connections() {
        return rows.stream()
                .filter(row -> !row.protocol.equals("udp") && !row.state.equals("LISTEN"))
                .toList();
    }

    /** The datagram endpoints. */
    public List<Row> datagrams() {
        return rows.stream().filter(row -> row.protocol.equals("udp")).toList();
    }

    /** A table, followed by lines for hosts, names, links, and for clock and seed. */
    @Override
    public String toString() {
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("Proto", "State", "Recv-Q", "Send-Q", "Local", "Remote", "Notes"));
        for (Row row : rows) {
            boolean hasNoPeer = row.state.equals("LISTEN") || row.state.equals("UNCONN");
            table.add(List.of(
                    row.protocol,
                    row.state,
                    Long.toString(row.receiveQueue),
                    Long.toString(row.sendQueue),
                    Addresses.text(row.localAddress),
                    hasNoPeer ? "*" : Addresses.text(row.remoteAddress),
                    row.note));
        }
        String lines = rows.isEmpty() ? "(no listener, no connection)\n" : render(table);
        return lines + hostsNamesAndLinks() + "clock: " + clock + ", seed: " + seed;
    }

    private String hostsNamesAndLinks() {
        StringBuilder text = new StringBuilder();
        if (!hosts.isEmpty()) {
            text.append("hosts: ")
                    .append(hosts.stream().map(HostRow::toString).collect(Collectors.joining("; ")))
                    .append('\n');
        }
        if (!names.isEmpty()) {
            text.append("names: ")
                    .append(names.entrySet().stream()
                            .map(name -> name.getKey() + " = " + addresses(name.getValue()))
                            .collect(Collectors.joining("; ")))
                    .append('\n');
        }
        if (!links.isEmpty()) {
            text.append("links: ").append(String.join("; ", links)).append('\n');
        }
        return text.toString();
    }

    private static String addresses(List<InetAddress> addresses) {
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
