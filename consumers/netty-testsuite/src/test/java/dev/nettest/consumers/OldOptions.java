package dev.nettest.consumers;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.util.Map;

/** The options that {@code java.net} names by numbers, and that have the same values as those named by objects. */
final class OldOptions {

    private static final Map<Integer, SocketOption<?>> OPTIONS = Map.ofEntries(
            Map.entry(SocketOptions.TCP_NODELAY, StandardSocketOptions.TCP_NODELAY),
            Map.entry(SocketOptions.SO_KEEPALIVE, StandardSocketOptions.SO_KEEPALIVE),
            Map.entry(SocketOptions.SO_LINGER, StandardSocketOptions.SO_LINGER),
            Map.entry(SocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEADDR),
            Map.entry(SocketOptions.SO_REUSEPORT, StandardSocketOptions.SO_REUSEPORT),
            Map.entry(SocketOptions.SO_SNDBUF, StandardSocketOptions.SO_SNDBUF),
            Map.entry(SocketOptions.SO_RCVBUF, StandardSocketOptions.SO_RCVBUF),
            Map.entry(SocketOptions.SO_BROADCAST, StandardSocketOptions.SO_BROADCAST),
            Map.entry(SocketOptions.IP_TOS, StandardSocketOptions.IP_TOS),
            Map.entry(SocketOptions.IP_MULTICAST_IF2, StandardSocketOptions.IP_MULTICAST_IF));

    private OldOptions() {}

    /** {@code setOption} of a socket. */
    interface Setter {
        <T> Object set(SocketOption<T> option, T value) throws IOException;
    }

    /** {@code getOption} of a socket. */
    interface Getter {
        <T> T get(SocketOption<T> option) throws IOException;
    }

    static void set(int id, Object value, Setter setter) throws SocketException {
        set(option(id), value, setter);
    }

    static <T> void set(SocketOption<T> option, Object value, Setter setter) throws SocketException {
        try {
            setter.set(option, option.type().cast(value));
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw failure(option, e);
        }
    }

    static Object get(int id, Getter getter) throws SocketException {
        return get(option(id), getter);
    }

    static <T> T get(SocketOption<T> option, Getter getter) throws SocketException {
        try {
            return getter.get(option);
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw failure(option, e);
        }
    }

    private static SocketOption<?> option(int id) throws SocketException {
        SocketOption<?> option = OPTIONS.get(id);
        if (option == null) {
            throw new SocketException("no option " + id);
        }
        return option;
    }

    private static SocketException failure(SocketOption<?> option, IOException cause) {
        SocketException failure = new SocketException(option.toString());
        failure.initCause(cause);
        return failure;
    }
}
