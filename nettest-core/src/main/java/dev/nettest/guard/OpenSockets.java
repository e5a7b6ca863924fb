package dev.nettest.guard;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The open sockets of this process: those of TCP, UDP and Unix paths. From {@code /proc}, see {@code proc(5)}. */
final class OpenSockets {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path TABLES = Path.of("/proc/self/net");

    private static final String SOCKET = "socket:[";
    private static final String LISTEN = "0A";

    // the columns of the tables
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int UNIX_INODE = 6;
    private static final int UNIX_PATH = 7;

    private static final int HEX = 16;

    /**
     * @param remote null unless it is connected
     */
    record Open(SocketUse use, @Nullable InetSocketAddress remote) {}

    private OpenSockets() {}

    static boolean isAvailable() {
        return Files.isDirectory(DESCRIPTORS) && Files.isReadable(TABLES.resolve("tcp"));
    }

    /** The sockets by inode; empty without {@code /proc}. */
    static Map<String, Open> read() throws IOException {
        Map<String, Open> open = new LinkedHashMap<>();
        if (!isAvailable()) {
            return open;
        }
        Set<String> own = inodes();
        for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            for (String[] columns : rows(table)) {
                if (columns.length > INODE && own.contains(columns[INODE])) {
                    open.put(columns[INODE], inet(table.substring(0, 3), columns));
                }
            }
        }
        for (String[] columns : rows("unix")) {
            if (columns.length > UNIX_PATH && own.contains(columns[UNIX_INODE])) {
                SocketUse use = new SocketUse("open at the end:", null, 0, columns[UNIX_PATH], null, List.of());
                open.put(columns[UNIX_INODE], new Open(use, null));
            }
        }
        return open;
    }

    private static Set<String> inodes() throws IOException {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                try {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith(SOCKET)) {
                        inodes.add(target.substring(SOCKET.length(), target.length() - 1));
                    }
                } catch (IOException e) {
                    // closed since it was listed
                }
            }
        }
        return inodes;
    }

    private static List<String[]> rows(String table) throws IOException {
        Path file = TABLES.resolve(table);
        if (!Files.exists(file)) {
            return List.of(); // a kernel without IPv6
        }
        return Files.readAllLines(file).stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .toList();
    }

    private static Open inet(String protocol, String[] columns) throws IOException {
        InetSocketAddress local = address(columns[LOCAL]);
        InetSocketAddress remote = address(columns[REMOTE]);
        boolean connected = remote.getPort() != 0;
        InetSocketAddress shown = connected ? remote : local;
        String state = connected
                ? "connected to"
                : protocol.equals("tcp") && columns[STATE].equals(LISTEN) ? "listening at" : "bound to";
        SocketUse use = new SocketUse(
                "open at the end: " + protocol + " " + state, shown.getAddress(), shown.getPort(), "", null, List.of());
        return new Open(use, connected ? remote : null);
    }

    /** Parses words in the byte order of the machine, a colon, and the port. */
    private static InetSocketAddress address(String text) throws IOException {
        int colon = text.indexOf(':');
        byte[] bytes = HexFormat.of().parseHex(text, 0, colon);
        ByteBuffer words = ByteBuffer.wrap(bytes);
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            for (int i = 0; i < bytes.length; i += Integer.BYTES) {
                words.putInt(i, Integer.reverseBytes(words.getInt(i)));
            }
        }
        return new InetSocketAddress(InetAddress.getByAddress(bytes), Integer.parseInt(text.substring(colon + 1), HEX));
    }
}
