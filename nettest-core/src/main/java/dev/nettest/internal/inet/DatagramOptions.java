package dev.nettest.internal.inet;

import dev.nettest.DatagramEndpoint;
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

    private static final @Nullable SocketOption<?> DONT_FRAGMENT = dontFragment();

    private final Map<SocketOption<?>, Object> values = new ConcurrentHashMap<>(DEFAULTS);

    private DatagramOptions(boolean broadcast) {
        values.put(StandardSocketOptions.SO_BROADCAST, broadcast);
    }

    /** The options of a {@code DatagramSocket}, for which the JDK allows broadcasts. */
    public static DatagramOptions ofSocket() {
        return new DatagramOptions(true);
    }

    /** The options of a {@code DatagramChannel}. */
    public static DatagramOptions ofChannel() {
        return new DatagramOptions(false);
    }

    /** Gives an endpoint all options that change its behaviour. */
    public void applyTo(DatagramEndpoint endpoint) {
        values.keySet().forEach(option -> applyTo(endpoint, option));
    }

    /** Gives an endpoint the value of {@code option}, if that changes its behaviour. */
    public void applyTo(DatagramEndpoint endpoint, SocketOption<?> option) {
        Object value = values.get(option);
        boolean on = Boolean.TRUE.equals(value);
        if (option == StandardSocketOptions.SO_REUSEADDR) {
            endpoint.reuseAddress(on);
        } else if (option == StandardSocketOptions.SO_REUSEPORT) {
            endpoint.reusePort(on);
        } else if (option == StandardSocketOptions.SO_BROADCAST) {
            endpoint.broadcast(on);
        } else if (option == StandardSocketOptions.IP_MULTICAST_LOOP) {
            endpoint.multicastLoop(on);
        } else if (option == DONT_FRAGMENT) {
            endpoint.dontFragment(on);
        } else if (option == StandardSocketOptions.SO_RCVBUF && value instanceof Integer size) {
            endpoint.receiveBufferSize(2 * size); // Linux doubles it
        }
    }

    public Set<SocketOption<?>> supported() {
        return SUPPORTED;
    }

    public void checkSupported(SocketOption<?> option) {
        if (!SUPPORTED.contains(Objects.requireNonNull(option))) {
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
                false,
                StandardSocketOptions.IP_TOS,
                0,
                StandardSocketOptions.IP_MULTICAST_TTL,
                1,
                StandardSocketOptions.IP_MULTICAST_LOOP,
                true,
                ExtendedSocketOptions.SO_INCOMING_NAPI_ID,
                0));
        SocketOption<?> dontFragment = dontFragment();
        if (dontFragment != null) {
            defaults.put(dontFragment, false);
        }
        return Map.copyOf(defaults);
    }

    /** Null before JDK 19, which does not have the option. */
    private static @Nullable SocketOption<?> dontFragment() {
        try {
            return (SocketOption<?>)
                    ExtendedSocketOptions.class.getField("IP_DONTFRAGMENT").get(null);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static Set<SocketOption<?>> supportedOptions() {
        Set<SocketOption<?>> supported = new HashSet<>(DEFAULTS.keySet());
        SocketOption<NetworkInterface> multicastInterface = StandardSocketOptions.IP_MULTICAST_IF;
        supported.add(multicastInterface);
        return Set.copyOf(supported);
    }
}
