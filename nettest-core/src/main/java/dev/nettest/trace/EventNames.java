package dev.nettest.trace;

import dev.nettest.TraceEvent;
import dev.nettest.TracePayload;
import dev.nettest.TraceSocket;
import dev.nettest.internal.diagram.EventProperties;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names of events and sockets, and the properties of events by name, for formats that programs read. */
final class EventNames {

    private static final Set<String> COMMON = Set.of("time", "socket");

    private EventNames() {}

    /** The words of the record's name, such as {@code "datagram sent"}. */
    static String of(TraceEvent event) {
        return event.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }

    /** Such as {@code "#1 10.0.0.2:40000 -> 10.0.0.5:80"}. */
    static String of(TraceSocket socket) {
        String local = address(socket.local());
        return switch (socket.kind()) {
            case CONNECTION -> "#" + socket.connection() + " " + local + " -> " + address(socket.remote());
            case LISTENER -> "listener " + local;
            case DATAGRAM -> "datagrams " + local;
        };
    }

    private static String address(@Nullable SocketAddress address) {
        String text = String.valueOf(address);
        return text.substring(text.indexOf('/') + 1);
    }

    /** The properties of {@code event} in their order, without its time and socket. */
    static Map<String, Object> properties(TraceEvent event) {
        Map<String, Object> properties = EventProperties.of(event);
        properties.keySet().removeAll(COMMON);
        properties.replaceAll((name, value) -> value(value));
        return properties;
    }

    private static Object value(Object value) {
        if (value instanceof SocketAddress address) {
            return address(address);
        }
        return value instanceof TracePayload payload ? payload.text() : value;
    }
}
