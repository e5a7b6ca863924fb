package dev.nettest.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Loopback only: the table of TCP connections in Linux, keyed by the two ports of an endpoint. */
final class TcpTable {
    /** The states of an endpoint that has not received its peer's FIN. */
    private static final String ESTABLISHED = "01";

    private static final String FIN_WAIT_1 = "04";
    private static final String FIN_WAIT_2 = "05";
    private static final String TIME_WAIT = "06";

    /** The timer of window probes, which runs while the receiver is full. */
    private static final String WINDOW_PROBE = "04";

    private static final Path FILE = Path.of(isDualStack() ? "/proc/net/tcp6" : "/proc/net/tcp");

    private final Map<Long, Row> rows;

    private TcpTable(Map<Long, Row> rows) {
        this.rows = rows;
    }

    /** One endpoint of a connection. */
    record Row(String state, long unsent, long unread, String timer) {}

    static TcpTable read() {
        try {
            Map<Long, Row> rows = new HashMap<>();
            Files.readAllLines(FILE).stream().skip(1).forEach(line -> {
                String[] columns = line.trim().split("\\s+");
                int colon = columns[4].indexOf(':');
                long unsent = Long.parseLong(columns[4].substring(0, colon), 16);
                long unread = Long.parseLong(columns[4].substring(colon + 1), 16);
                rows.put(
                        key(port(columns[1]), port(columns[2])),
                        new Row(columns[3], unsent, unread, columns[5].substring(0, 2)));
            });
            return new TcpTable(rows);
        } catch (IOException e) {
            throw new AssertionError("cannot read " + FILE, e);
        }
    }

    /** True if the JDK uses IPv6 sockets even for IPv4 addresses. The JDK tests the same file. */
    static boolean isDualStack() {
        Path interfaces = Path.of("/proc/net/if_inet6");
        try {
            return !Boolean.getBoolean("java.net.preferIPv4Stack")
                    && Files.exists(interfaces)
                    && !Files.readString(interfaces).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** True if the endpoint no longer exists: reset, or closed on both sides. */
    boolean isGone(int localPort, int remotePort) {
        Row row = rows.get(key(localPort, remotePort));
        return row == null || row.state().equals(TIME_WAIT);
    }

    /** True if the endpoint has received its peer's FIN, or no longer exists. */
    boolean hasSeenFin(int localPort, int remotePort) {
        Row row = rows.get(key(localPort, remotePort));
        return row == null
                || !(row.state().equals(ESTABLISHED)
                        || row.state().equals(FIN_WAIT_1)
                        || row.state().equals(FIN_WAIT_2));
    }

    /** The number of unread bytes; a FIN counts as one. */
    long unread(int localPort, int remotePort) {
        Row row = rows.get(key(localPort, remotePort));
        return row == null ? 0 : row.unread();
    }

    /** The number of connections that wait to be accepted. */
    long queued(int listeningPort) {
        return unread(listeningPort, 0);
    }

    /** True if the endpoint has no segment in flight and waits for its peer to open the window. */
    boolean isProbingShutWindow(int localPort, int remotePort) {
        Row row = rows.get(key(localPort, remotePort));
        return row != null && row.timer().equals(WINDOW_PROBE);
    }

    /**
     * True if no segment is in flight between endpoints with these ports: all bytes are acknowledged, and no endpoint
     * remains whose peer is reset.
     */
    boolean isSettled(Set<Integer> ports) {
        return rows.entrySet().stream().allMatch(entry -> {
            int local = (int) (entry.getKey() >> 16);
            int remote = (int) (entry.getKey() & 0xFFFF);
            Row row = entry.getValue();
            return !ports.contains(local)
                    || !ports.contains(remote)
                    || row.state().equals(TIME_WAIT)
                    || (row.unsent() == 0 && rows.containsKey(key(remote, local)));
        });
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }

    private static long key(int localPort, int remotePort) {
        return (long) localPort << 16 | remotePort;
    }
}
