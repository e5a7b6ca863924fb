package dev.nettest.internal.inet;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** The options of one datagram socket: the supported ones, how Linux changes a value, and the defaults. */
public final class DatagramOptions {

    private static final int MAX_BYTE = 0xFF;

    /** Half of {@code net.core.rmem_default} and {@code wmem_default}: the JDK halves the sizes that Linux doubles. */
    private static final int BUFFER = 106_496;

    private static final Map<SocketOption<?>, Object> DEFAULTS = defaults();

    private static final Set<SocketOption<?>> SUPPORTED = supportedOptions();

    private final Map<SocketOption<?>, Object> values = new ConcurrentHashMap<>(DEFAULTS);

    public Set<SocketOption<?>> supported() {
        return SUPPORTED;
    }

    public void checkSupported(SocketOption<?> option) {
        if (!SUPPORTED.contains(Objects.requireNonNull(option))) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
    }

    /**
     * The value of a {@linkplain #checkSupported supported} option; null for a multicast interface that was not set.
     */
    public <T> @Nullable T get(SocketOption<T> option) {
        return option.type().cast(values.get(option));
    }

    public boolean isOn(SocketOption<Boolean> option) {
        return Boolean.TRUE.equals(get(option));
    }

    public int number(SocketOption<Integer> option) {
        return Objects.requireNonNull(get(option), option::name);
    }

    /** Sets a {@linkplain #checkSupported supported} option. */
    public void set(SocketOption<?> option, Object value) throws SocketException {
        values.put(option, value instanceof Integer number ? adjusted(option, number) : value);
    }

    private static int adjusted(SocketOption<?> option, int value) throws SocketException {
        if (option == StandardSocketOptions.SO_RCVBUF || option == StandardSocketOptions.SO_SNDBUF) {
            return SocketOptionTable.bufferSize(option, value);
        }
        if (option == ExtendedSocketOptions.SO_INCOMING_NAPI_ID) {
            throw new SocketException("Attempt to set read only option " + option);
        }
        if (value < 0 || value > MAX_BYTE) {
            throw new IllegalArgumentException(
                    option == StandardSocketOptions.IP_TOS ? "Invalid IP_TOS value" : "Invalid TTL/hop value");
        }
        return value;
    }

    private static Map<SocketOption<?>, Object> defaults() {
        Map<SocketOption<?>, Object> defaults = new HashMap<>(Map.of(
                StandardSocketOptions.SO_RCVBUF,
                BUFFER,
                StandardSocketOptions.SO_SNDBUF,
                BUFFER,
                StandardSocketOptions.SO_REUSEADDR,
                false,
                StandardSocketOptions.SO_REUSEPORT,
                false,
                StandardSocketOptions.SO_BROADCAST,
                true, // the JDK sets it on every DatagramSocket
                StandardSocketOptions.IP_TOS,
                0,
                StandardSocketOptions.IP_MULTICAST_TTL,
                1,
                StandardSocketOptions.IP_MULTICAST_LOOP,
                true,
                ExtendedSocketOptions.SO_INCOMING_NAPI_ID,
                0));
        try {
            // since 19
            Object dontFragment =
                    ExtendedSocketOptions.class.getField("IP_DONTFRAGMENT").get(null);
            defaults.put((SocketOption<?>) dontFragment, false);
        } catch (ReflectiveOperationException e) {
            return Map.copyOf(defaults); // this JDK does not have the option
        }
        return Map.copyOf(defaults);
    }

    private static Set<SocketOption<?>> supportedOptions() {
        Set<SocketOption<?>> supported = new HashSet<>(DEFAULTS.keySet());
        SocketOption<NetworkInterface> multicastInterface = StandardSocketOptions.IP_MULTICAST_IF;
        supported.add(multicastInterface);
        return Set.copyOf(supported);
    }
}
