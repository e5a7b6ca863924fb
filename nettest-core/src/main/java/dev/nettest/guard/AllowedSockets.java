package dev.nettest.guard;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The uses of real sockets that a guard does not report: by address, by path, or by the code that uses them. */
final class AllowedSockets {

    /** An IPv4 literal, or an IPv6 literal in brackets, with an optional prefix length or port. */
    private static final Pattern ADDRESS =
            Pattern.compile("(localhost|\\d+\\.\\d+\\.\\d+\\.\\d+|\\[[0-9A-Fa-f:.]+])(?:/(\\d{1,3})|:(\\d{1,5}))?");

    private static final Pattern CODE = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}\\p{N}_$]+)+\\.?");

    /** Test runners, and the connection of a management client. They talk to their own process. */
    private static final List<String> RUNNERS = List.of(
            "org.apache.maven.surefire.",
            "org.gradle.",
            "worker.org.gradle.",
            "com.intellij.",
            "org.eclipse.jdt.",
            "sun.rmi.");

    private final List<Range> ranges = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();
    private final List<String> code = new ArrayList<>(RUNNERS);

    /** Addresses whose first bits are those of {@code start}. */
    private static final class Range {
        private final byte[] start;
        private final int bits;
        private final int port;

        /** @param port 0 for all */
        Range(byte[] start, int bits, int port) {
            this.start = start;
            this.bits = bits;
            this.port = port;
        }

        boolean contains(InetAddress address, int usedPort) {
            byte[] bytes = address.getAddress();
            if (bytes.length != start.length || (port != 0 && port != usedPort)) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int shift = Byte.SIZE - 1 - bit % Byte.SIZE;
                if (((bytes[bit / Byte.SIZE] ^ start[bit / Byte.SIZE]) >> shift & 1) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** @throws IllegalArgumentException if an entry is no address, path or name */
    AllowedSockets(String... entries) {
        for (String entry : entries) {
            Matcher address = ADDRESS.matcher(entry);
            if (address.matches()) {
                addRange(entry, address);
            } else if (entry.startsWith("/")) {
                paths.add(entry);
            } else if (CODE.matcher(entry).matches()) {
                code.add(entry);
            } else {
                throw new IllegalArgumentException(
                        "\"" + entry + "\" is no address such as \"127.0.0.1:5432\", no prefix such as \"10.0.0.0/8\","
                                + " no path such as \"/run/db\", and no name such as \"org.postgresql\"");
            }
        }
    }

    private void addRange(String entry, Matcher parts) {
        int port = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
        if (parts.group(1).equals("localhost")) {
            ranges.add(new Range(new byte[] {127, 0, 0, 1}, Byte.SIZE, port));
            ranges.add(range(entry, "::1", null, port));
        } else {
            String literal = parts.group(1).replace("[", "").replace("]", "");
            ranges.add(range(entry, literal, parts.group(2), port));
        }
    }

    private static Range range(String entry, String literal, @Nullable String length, int port) {
        byte[] start;
        try {
            start = InetAddress.getByName(literal).getAddress(); // a literal: asks no name service
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("\"" + entry + "\" has no valid address", e);
        }
        int bits = length == null ? start.length * Byte.SIZE : Integer.parseInt(length);
        if (bits > start.length * Byte.SIZE) {
            throw new IllegalArgumentException("\"" + entry + "\" has a prefix of " + bits + " bits; expected at most "
                    + start.length * Byte.SIZE);
        }
        return new Range(start, bits, port);
    }

    boolean allows(SocketUse use) {
        return use.stack().stream().anyMatch(frame -> code.stream().anyMatch(frame::startsWith))
                || (use.isAnonymous() && !(ranges.isEmpty() && paths.isEmpty()))
                || (!use.path().isEmpty() && paths.contains(use.path()))
                || (use.address() != null
                        && ranges.stream().anyMatch(range -> range.contains(use.address(), use.port())));
    }
}
