package dev.nettest.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Loopback only: the kernel's table of TCP connections, as Linux publishes it, by the two ports of an end. */
final class TcpTable {
    /** The states of an end that has not seen its peer's FIN. */
    private static final String ESTABLISHED = "01";

    private static final String FIN_WAIT_1 = "04";
    private static final String FIN_WAIT_2 = "05";
    private static final String TIME_WAIT = "06";

    /** The timer that runs while a full receiver is asked from time to time whether it has room. */
    private static final String WINDOW_PROBE = "04";

    private static final Path FILE = Path.of(isDualStack() ? "/proc/net/tcp6" : "/proc/net/tcp");

    private final Map<Long, Row> rows;

    private TcpTable(Map<Long, Row> rows) {
        this.rows = rows;
    }

    /** An end of a connection. */
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

    /** Whether the JDK's sockets are of IPv6, also for addresses of IPv4; it asks the same. */
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

    /** The end is no more: reset, or closed on both sides. */
    boolean isGone(int localPort, int remotePort) {
        Row row = rows.get(key(localPort, remotePort));
        return row == null || row.state().equals(TIME_WAIT);
    }

    /** The end has seen its peer's FIN, or is gone. */
    boolean hasSeenFin(int localPort, int remotePort) {
        Row row = rows.get(key(localPort, remotePort));
        return row == null
                || !(row.state().equals(ESTABLISHED)
                        || row.state().equals(FIN_WAIT_1)
                        || row.state().equals(FIN_WAIT_2));
    }

    /** How many bytes the end holds that nobody has read; a FIN counts as one. */
    long unread(int localPort, int remotePort) {
        Row row = rows.get(key(localPort, remotePort));
        return row == null ? 0 : row.unread();
    }

    /** The end has nothing on its way and waits for its peer to open the window again. */
    boolean isProbingShutWindow(int localPort, int remotePort) {
        Row row = rows.get(key(localPort, remotePort));
        return row != null && row.timer().equals(WINDOW_PROBE);
    }

    /**
     * Whether nothing is on its way between ends that have these ports: all is acknowledged, and no end is left whose peer
     * is reset.
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
