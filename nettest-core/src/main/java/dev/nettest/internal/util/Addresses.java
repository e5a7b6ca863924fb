package dev.nettest.internal.util;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Converts addresses from and to text. Never uses a name service. */
public final class Addresses {

    /** The address of an unbound socket. */
    public static final InetSocketAddress UNBOUND = new InetSocketAddress(ipv4(0, 0, 0, 0), 0);

    /** The address of an unbound Unix socket. */
    public static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    public static final InetAddress LOCALHOST = ipv4(127, 0, 0, 1);
    public static final InetAddress LOCALHOST_6 = ipv6(1);
    public static final InetAddress ANY = ipv4(0, 0, 0, 0);
    public static final InetAddress ANY_6 = ipv6(0);

    /** True if the JDK's sockets are sockets of IPv4. The JDK reads the property once. */
    public static final boolean IPV4_STACK = Boolean.getBoolean("java.net.preferIPv4Stack");

    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\\.?");
    private static final Pattern PORT = Pattern.compile("\\d{1,5}");
    private static final int LAST_PORT = 0xFFFF;

    /** One to four numbers: the forms of an IPv4 literal that the Javadoc of {@code java.net.Inet4Address} lists. */
    private static final Pattern NUMBERS = Pattern.compile("\\d+(\\.\\d+){0,3}");

    /** The JDK takes no longer text for an IPv4 literal. */
    private static final int LONGEST_NUMBERS = 15;

    private static final String UNIX = "unix:";
    private static final String SCHEME_END = "://";

    /** The ports of URLs without one (RFC 9110, 4.2; RFC 4516, 2; RFC 6455, 3). */
    private static final Map<String, String> DEFAULT_PORTS =
            Map.of("http", "80", "https", "443", "ws", "80", "wss", "443", "ldap", "389");

    /** The longest Unix path in bytes. The kernel has 108, and the JDK keeps two of them. */
    private static final int LONGEST_PATH = 106;

    private Addresses() {}

    /**
     * Parses {@code host:port}, {@code [IPv6]:port}, {@code *:port}, {@code :port} or {@code unix:path}. A host name
     * stays unresolved.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static SocketAddress parse(String address) {
        Objects.requireNonNull(address, "address");
        return address.startsWith(UNIX)
                ? UnixDomainSocketAddress.of(address.substring(UNIX.length()))
                : parseInet(address);
    }

    private static InetSocketAddress parseInet(String address) {
        if (address.contains(SCHEME_END)) {
            throw new IllegalArgumentException(
                    "a URL is not an address: \"" + address + "\"; use \"" + authority(address) + '"');
        }
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            throw malformed(address, "there is no port");
        }
        int port = port(address, address.substring(colon + 1));
        String host = address.substring(0, colon);
        if (host.isEmpty() || host.equals("*")) {
            return new InetSocketAddress(ANY, port);
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            InetAddress ip = literal(host.substring(1, host.length() - 1));
            if (ip == null) {
                throw malformed(address, "no IPv6 address between the brackets");
            }
            return new InetSocketAddress(ip, port);
        }
        if (host.indexOf(':') >= 0) {
            throw malformed(address, "an IPv6 address stands in brackets");
        }
        InetAddress ip = literal(host);
        if (ip != null) {
            return new InetSocketAddress(ip, port);
        }
        if (!HOST_NAME.matcher(host).matches() || IPV4.matcher(host).matches()) {
            throw malformed(address, "no host name and no IP address");
        }
        return InetSocketAddress.createUnresolved(host, port);
    }

    /** The host and the port of a URL. */
    private static String authority(String url) {
        int start = url.indexOf(SCHEME_END);
        String scheme = url.substring(0, start).toLowerCase(Locale.ROOT);
        String[] parts = url.substring(start + SCHEME_END.length()).split("[/?#]", 2);
        String authority = parts[0].substring(parts[0].lastIndexOf('@') + 1);
        boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
        return authority + (hasPort ? "" : ":" + DEFAULT_PORTS.getOrDefault(scheme, "port"));
    }

    private static int port(String address, String digits) {
        if (!PORT.matcher(digits).matches()) {
            throw malformed(address, "the port is no number");
        }
        int port = Integer.parseInt(digits);
        if (port > LAST_PORT) {
            throw malformed(address, "port out of range 0 to " + LAST_PORT + ": " + port);
        }
        return port;
    }

    private static IllegalArgumentException malformed(String address, String why) {
        return new IllegalArgumentException("malformed address \"" + address + "\": " + why
                + "; expected host:port, such as 127.0.0.1:8080, [::1]:8080, localhost:0 or *:8080"
                + (address.startsWith("/") || address.startsWith(".")
                        ? ", or unix:path, such as unix:/run/app.sock"
                        : ""));
    }

    /** Parses an IP address literal; null if {@code text} is none. */
    public static @Nullable InetAddress literal(String text) {
        Matcher matcher = IPV4.matcher(text);
        if (matcher.matches()) {
            int[] parts = new int[4];
            for (int i = 0; i < 4; i++) {
                parts[i] = Integer.parseInt(matcher.group(i + 1));
                if (parts[i] > 0xFF) {
                    return null;
                }
            }
            return ipv4(parts[0], parts[1], parts[2], parts[3]);
        }
        if (text.indexOf(':') < 0) {
            return null;
        }
        try {
            return InetAddress.getByName(text); // with a colon it is a literal or an error
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /**
     * Parses an IP address literal like {@code InetAddress.getByName}, which also takes {@code 127.1} and
     * {@code 2130706433}; null if {@code text} is none. The last number fills the remaining bytes.
     */
    public static @Nullable InetAddress literalOfJdk(String text) {
        if (text.length() > LONGEST_NUMBERS || !NUMBERS.matcher(text).matches()) {
            return literal(text);
        }
        String[] numbers = text.split("\\.", -1);
        int last = numbers.length - 1;
        long address = Long.parseLong(numbers[last]);
        if (address >>> (8 * (4 - last)) != 0) {
            return null;
        }
        for (int i = 0; i < last; i++) {
            long number = Long.parseLong(numbers[i]);
            if (number > 0xFF) {
                return null;
            }
            address |= number << (8 * (3 - i));
        }
        return ipv4((int) (address >> 24), (int) (address >> 16), (int) (address >> 8), (int) address);
    }

    /**
     * Parses the IP address of a host.
     *
     * @throws IllegalArgumentException if it is none, or a wildcard or multicast address
     */
    public static InetAddress checkedLiteral(String address) {
        InetAddress ip = literal(address);
        if (ip == null || ip.isAnyLocalAddress() || ip.isMulticastAddress()) {
            throw new IllegalArgumentException("not an address of a host: \"" + address
                    + "\"; expected an IP address, such as 10.0.0.5 or fd00::5");
        }
        return ip;
    }

    /**
     * Returns {@code name}.
     *
     * @throws IllegalArgumentException if it is not a host name
     */
    public static String checkedName(String name) {
        if (!HOST_NAME.matcher(name).matches() || NUMBERS.matcher(name).matches()) {
            throw new IllegalArgumentException("not a host name: \"" + name
                    + "\"; expected letters, digits, dots, hyphens and underscores, such as db or api.example.com");
        }
        return name;
    }

    /** A copy of {@code ip} with the host name {@code name}. It needs no reverse lookup. */
    public static InetAddress named(String name, InetAddress ip) {
        return copy(name, ip);
    }

    /** A copy of {@code ip} without a host name. A later reverse lookup of one does not show in the other. */
    public static InetAddress plain(InetAddress ip) {
        return copy(null, ip);
    }

    /** As {@link #plain(InetAddress)}. */
    public static InetSocketAddress plain(InetSocketAddress address) {
        return new InetSocketAddress(plain(address.getAddress()), address.getPort());
    }

    private static InetAddress copy(@Nullable String name, InetAddress ip) {
        try {
            return ip instanceof Inet6Address six && six.getScopeId() != 0
                    ? Inet6Address.getByAddress(name, ip.getAddress(), six.getScopeId())
                    : InetAddress.getByAddress(name, ip.getAddress());
        } catch (UnknownHostException e) {
            throw new AssertionError("the bytes of an address are an address", e);
        }
    }

    public static boolean isUnix(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress;
    }

    /**
     * Returns {@code address}.
     *
     * @throws SocketException {@code Unix domain path too long}
     */
    public static UnixDomainSocketAddress checkedLength(UnixDomainSocketAddress address) throws SocketException {
        if (address.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new SocketException("Unix domain path too long");
        }
        return address;
    }

    /** The absolute, normalised path. Different texts can name one file. */
    public static String file(UnixDomainSocketAddress address) {
        return address.getPath().toAbsolutePath().normalize().toString();
    }

    private static InetAddress ipv6(int lastByte) {
        byte[] bytes = new byte[16];
        bytes[15] = (byte) lastByte;
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }

    public static InetAddress ipv4(int a, int b, int c, int d) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    /** {@code 127.0.0.1:80}, {@code [::1]:80}, {@code *:80}, {@code unix:/run/app.sock}. */
    public static String text(SocketAddress address) {
        if (isUnix(address)) {
            return UNIX + (address.equals(UNNAMED) ? "(unnamed)" : address);
        }
        if (!(address instanceof InetSocketAddress inet)) {
            return address.toString();
        }
        InetAddress ip = inet.getAddress();
        if (ip == null) {
            return inet.getHostString() + ":" + inet.getPort();
        }
        if (ip.isAnyLocalAddress()) {
            return "*:" + inet.getPort();
        }
        String host = text(ip);
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
    }

    /** {@code 127.0.0.1}, {@code ::1}. */
    public static String text(InetAddress ip) {
        String host = ip.getHostAddress();
        return host.indexOf(':') >= 0 ? shortened(host) : host;
    }

    /** {@code 10.0.0.5, fd00::5}. */
    public static String text(Collection<InetAddress> addresses) {
        return addresses.stream().map(Addresses::text).collect(Collectors.joining(", "));
    }

    /** Replaces the longest run of zero groups by {@code ::} (RFC 5952). */
    private static String shortened(String host) {
        String best = "";
        Matcher zeros = Pattern.compile("(?<![0-9a-f])0(:0)+(?![0-9a-f])").matcher(host);
        while (zeros.find()) {
            if (zeros.group().length() > best.length()) {
                best = zeros.group();
            }
        }
        if (best.isEmpty()) {
            return host;
        }
        String cut = host.replaceFirst("(?<![0-9a-f])" + best + "(?![0-9a-f])", ":");
        return cut.replaceFirst(":{3,}", "::").equals(":") ? "::" : cut.replaceFirst(":{3,}", "::");
    }

    /** True if a bind of {@code wanted} covers {@code local}: the same port, and the same address or the wildcard. */
    public static boolean overlap(InetSocketAddress local, InetSocketAddress wanted) {
        InetAddress address = wanted.getAddress();
        return local.getPort() == wanted.getPort()
                && (address.isAnyLocalAddress() || address.equals(local.getAddress()));
    }

    /** True for the sockets that are limited to IPv4. */
    public static boolean isIPv4(ProtocolFamily family) {
        return Objects.requireNonNull(family, "family") == StandardProtocolFamily.INET;
    }
}
