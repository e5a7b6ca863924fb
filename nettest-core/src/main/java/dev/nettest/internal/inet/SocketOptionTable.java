package dev.nettest.internal.inet;

import dev.nettest.Connection;
import dev.nettest.KeepAlive;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The options of one socket: the supported ones, how Linux and {@code sun.nio.ch.Net} change a value, and the defaults.
 * Most options are only stored and returned. The sockets and channels read those that change the behaviour of a
 * socket.
 */
public final class SocketOptionTable {

    /** The JDK's public API has no {@code SocketOption} for it. */
    public static final SocketOption<Boolean> OOBINLINE = new SocketOption<>() {
        @Override
        public String name() {
            return "SO_OOBINLINE";
        }

        @Override
        public Class<Boolean> type() {
            return Boolean.class;
        }

        @Override
        public String toString() {
            return name();
        }
    };

    private static final int MAX_LINGER = 0xFFFF;
    private static final int MAX_TRAFFIC_CLASS = 0xFF;

    /** The default of {@code net.core.rmem_max} and {@code wmem_max} on Linux. */
    private static final int MAX_BUFFER = 212_992;

    /**
     * Half of {@code SOCK_MIN_RCVBUF} and {@code SOCK_MIN_SNDBUF}: Linux doubles a size, and the JDK halves the result.
     */
    private static final int MIN_RECEIVE_BUFFER = 1152;

    private static final int MIN_SEND_BUFFER = 2304;

    /** Measured on Linux 6.18, like the sizes of the send buffer before a connect and after it on loopback. */
    private static final int RECEIVE_BUFFER = 65_536;

    private static final int SEND_BUFFER = 8192;
    private static final int CONNECTED_SEND_BUFFER = 1_969_920;

    private static final Set<SocketOption<?>> KEEP_ALIVE_OPTIONS = Set.of(
            StandardSocketOptions.SO_KEEPALIVE,
            ExtendedSocketOptions.TCP_KEEPIDLE,
            ExtendedSocketOptions.TCP_KEEPINTERVAL,
            ExtendedSocketOptions.TCP_KEEPCOUNT);

    private static final Map<SocketOption<?>, Object> DEFAULTS = defaults();
    private static final Set<SocketOption<?>> STREAM_OPTIONS = options(true);
    private static final Set<SocketOption<?>> SERVER_OPTIONS = options(false);

    private static final Set<SocketOption<?>> SERVER_CHANNEL_OPTIONS = channelOptions(SERVER_OPTIONS);

    /** The channels of NIO.2 lack two options of sockets. */
    private static final Set<SocketOption<?>> ASYNCHRONOUS_OPTIONS = channelOptions(STREAM_OPTIONS);

    private static final Set<SocketOption<?>> UNIX_OPTIONS = Set.of(
            StandardSocketOptions.SO_SNDBUF,
            StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_LINGER,
            ExtendedSocketOptions.SO_PEERCRED);

    /** Half of {@code net.core.rmem_default} and {@code wmem_default}. Linux does not tune buffers of Unix sockets. */
    private static final int UNIX_BUFFER = 106_496;

    private final Set<SocketOption<?>> supported;
    private final boolean isUnix;

    /** The values set here or at the accepting server socket; empty for most sockets. */
    private volatile Map<SocketOption<?>, Object> values = Map.of();

    /** The JDK sets it for server sockets, except on Windows; accepted sockets inherit it. */
    private volatile boolean reusesAddress;

    private volatile boolean connected;

    private SocketOptionTable(Set<SocketOption<?>> supported, boolean reusesAddress, boolean isUnix) {
        this.supported = supported;
        this.isUnix = isUnix;
        this.reusesAddress = reusesAddress;
    }

    public static SocketOptionTable ofStream() {
        return new SocketOptionTable(STREAM_OPTIONS, false, false);
    }

    public static SocketOptionTable ofServer() {
        return new SocketOptionTable(SERVER_OPTIONS, true, false);
    }

    /** The options of a socket channel: also those that its adaptor needs. */
    public static SocketOptionTable ofStreamChannel() {
        return new SocketOptionTable(DEFAULTS.keySet(), false, false);
    }

    /** The options of a server channel. */
    public static SocketOptionTable ofServerChannel() {
        return new SocketOptionTable(SERVER_CHANNEL_OPTIONS, true, false);
    }

    /** The options of an {@code AsynchronousSocketChannel}. */
    public static SocketOptionTable ofAsynchronousStream() {
        return new SocketOptionTable(ASYNCHRONOUS_OPTIONS, false, false);
    }

    /** The options of a channel over a Unix path. */
    public static SocketOptionTable ofUnix() {
        return new SocketOptionTable(UNIX_OPTIONS, false, true);
    }

    /** The options of a server channel over a Unix path. */
    public static SocketOptionTable ofUnixServer() {
        return new SocketOptionTable(Set.of(StandardSocketOptions.SO_RCVBUF), false, true);
    }

    public Set<SocketOption<?>> supported() {
        return supported;
    }

    /** Copies the options that an accepted socket inherits from its server socket; over a Unix path there are none. */
    public void inherit(SocketOptionTable server) {
        if (isUnix) {
            return;
        }
        values = server.values;
        reusesAddress = server.reusesAddress;
        connected();
    }

    /** From now on the default size of the send buffer is that of a connected socket. */
    public void connected() {
        connected = true;
    }

    public <T> T get(SocketOption<T> option) {
        Object value = values.get(option);
        return option.type().cast(value == null ? initial(option) : value);
    }

    private boolean readsUrgentInline() {
        return Boolean.TRUE.equals(values.get(OOBINLINE));
    }

    /** Gives a new connection the options that differ from those of every new connection. */
    public void applyTo(Connection connection) {
        if (values.isEmpty()) {
            return;
        }
        if (readsUrgentInline()) {
            connection.urgentInline(true);
        }
        if (Boolean.TRUE.equals(values.get(StandardSocketOptions.SO_KEEPALIVE))) {
            connection.keepAlive(keepAlive());
        }
        if (!linger().isNegative()) {
            connection.linger(linger());
        }
    }

    /** Gives a connection the value of {@code option}, if that changes its behaviour. */
    public void applyTo(Connection connection, SocketOption<?> option) {
        if (option == OOBINLINE) {
            connection.urgentInline(readsUrgentInline());
        } else if (KEEP_ALIVE_OPTIONS.contains(option)) {
            connection.keepAlive(keepAlive());
        } else if (option == StandardSocketOptions.SO_LINGER) {
            connection.linger(linger());
        }
    }

    private KeepAlive keepAlive() {
        return new KeepAlive(
                get(StandardSocketOptions.SO_KEEPALIVE),
                Duration.ofSeconds(get(ExtendedSocketOptions.TCP_KEEPIDLE)),
                Duration.ofSeconds(get(ExtendedSocketOptions.TCP_KEEPINTERVAL)),
                get(ExtendedSocketOptions.TCP_KEEPCOUNT));
    }

    /** The linger time; negative if it is off. */
    public Duration linger() {
        return Duration.ofSeconds(get(StandardSocketOptions.SO_LINGER));
    }

    private Object initial(SocketOption<?> option) {
        if (isUnix && (option == StandardSocketOptions.SO_SNDBUF || option == StandardSocketOptions.SO_RCVBUF)) {
            return UNIX_BUFFER;
        }
        if (option == StandardSocketOptions.SO_SNDBUF && connected) {
            return CONNECTED_SEND_BUFFER;
        }
        if (option == StandardSocketOptions.SO_REUSEADDR) {
            return reusesAddress;
        }
        return Objects.requireNonNull(DEFAULTS.get(option), option::name);
    }

    /** Sets a {@linkplain #checkSupported supported} option. */
    public synchronized void set(SocketOption<?> option, Object value) throws SocketException {
        Map<SocketOption<?>, Object> changed = new HashMap<>(values);
        changed.put(option, value instanceof Integer number ? adjusted(option, number) : value);
        values = Map.copyOf(changed);
    }

    /** Like {@link #set}, for the channels of NIO.2. They check the type of a value by a cast. */
    public void setByCast(SocketOption<?> option, @Nullable Object value) throws SocketException {
        if (value == null) {
            throw new IllegalArgumentException("Invalid option value");
        }
        if (option.type() == Boolean.class) {
            set(option, (Boolean) value);
        } else {
            set(option, (Integer) value);
        }
    }

    public void checkSupported(SocketOption<?> option) {
        if (!supported.contains(Objects.requireNonNull(option))) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
    }

    /** Checks an option and a value that is to be set, which may be null. */
    public void checkSupported(SocketOption<?> option, @Nullable Object value) {
        checkSupported(option);
        if (!option.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
    }

    private static int adjusted(SocketOption<?> option, int value) throws SocketException {
        if (option == StandardSocketOptions.SO_RCVBUF || option == StandardSocketOptions.SO_SNDBUF) {
            return bufferSize(option, value);
        }
        if (option == StandardSocketOptions.SO_LINGER) {
            return value < 0 ? -1 : Math.min(MAX_LINGER, value);
        }
        if (option == StandardSocketOptions.IP_TOS) {
            if (value < 0 || value > MAX_TRAFFIC_CLASS) {
                throw new IllegalArgumentException("Invalid IP_TOS value");
            }
            return value & ~3; // TCP itself controls the two ECN bits, RFC 3168
        }
        if (option == ExtendedSocketOptions.SO_INCOMING_NAPI_ID) {
            throw new SocketException("Attempt to set read only option " + option);
        }
        // include/net/tcp.h: MAX_TCP_KEEPCNT, MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL
        int max = option == ExtendedSocketOptions.TCP_KEEPCOUNT ? 127 : 32767;
        if (value < 1 || value > max) {
            throw new SocketException("Invalid argument");
        }
        return value;
    }

    /** The buffer size that a request for {@code value} bytes results in. */
    public static int bufferSize(SocketOption<?> option, int value) {
        if (value < 0) {
            throw new IllegalArgumentException("Invalid send/receive buffer size");
        }
        int min = option == StandardSocketOptions.SO_RCVBUF ? MIN_RECEIVE_BUFFER : MIN_SEND_BUFFER;
        return Math.min(MAX_BUFFER, Math.max(min, value));
    }

    private static Map<SocketOption<?>, Object> defaults() {
        return Map.ofEntries(
                Map.entry(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER),
                Map.entry(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER),
                Map.entry(StandardSocketOptions.SO_REUSEADDR, false),
                Map.entry(StandardSocketOptions.SO_REUSEPORT, false),
                Map.entry(StandardSocketOptions.SO_KEEPALIVE, false),
                Map.entry(StandardSocketOptions.SO_LINGER, -1),
                Map.entry(StandardSocketOptions.TCP_NODELAY, false),
                Map.entry(StandardSocketOptions.IP_TOS, 0),
                Map.entry(OOBINLINE, false),
                Map.entry(ExtendedSocketOptions.TCP_QUICKACK, true),
                Map.entry(ExtendedSocketOptions.TCP_KEEPIDLE, 7200),
                Map.entry(ExtendedSocketOptions.TCP_KEEPINTERVAL, 75),
                Map.entry(ExtendedSocketOptions.TCP_KEEPCOUNT, 9),
                Map.entry(ExtendedSocketOptions.SO_INCOMING_NAPI_ID, 0));
    }

    private static Set<SocketOption<?>> options(boolean stream) {
        Set<SocketOption<?>> options = new HashSet<>(DEFAULTS.keySet());
        options.remove(OOBINLINE);
        if (!stream) {
            options.removeAll(Set.of(
                    StandardSocketOptions.SO_KEEPALIVE,
                    StandardSocketOptions.SO_LINGER,
                    StandardSocketOptions.SO_SNDBUF,
                    StandardSocketOptions.TCP_NODELAY));
        }
        return Set.copyOf(options);
    }

    /** Without those that no server channel and no channel of NIO.2 has. */
    private static Set<SocketOption<?>> channelOptions(Set<SocketOption<?>> all) {
        Set<SocketOption<?>> options = new HashSet<>(all);
        options.removeAll(Set.of(StandardSocketOptions.SO_LINGER, StandardSocketOptions.IP_TOS));
        return Set.copyOf(options);
    }
}
