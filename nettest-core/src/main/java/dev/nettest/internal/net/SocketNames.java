package dev.nettest.internal.net;

import dev.nettest.internal.util.Addresses;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The identity and the name of a socket, for events and notes. */
final class SocketNames {

    private SocketNames() {}

    /** Identifies a socket among all runs with the same seed. */
    static long id(AbstractAwaitable socket) {
        if (socket instanceof ConnectionImpl connection) {
            return connection.id();
        }
        return socket instanceof ListenerImpl listener
                ? listener.eventSubject()
                : DatagramEndpointImpl.FIRST_EVENT_SUBJECT - ((DatagramEndpointImpl) socket).port();
    }

    /** The addresses of a socket and their hosts. */
    static String name(AbstractAwaitable socket) {
        if (socket instanceof ConnectionImpl connection) {
            return named(connection.localAddress(), connection.host()) + " -> "
                    + named(connection.remoteAddress(), connection.peer().host());
        }
        return socket instanceof ListenerImpl listener
                ? named(listener.localAddress(), listener.host())
                : named(((DatagramEndpointImpl) socket).localAddress(), ((DatagramEndpointImpl) socket).host());
    }

    /** The address, and its host unless the address names it. */
    private static String named(SocketAddress address, @Nullable HostImpl host) {
        String text = Addresses.text(address);
        return host == null || host.isDefault() || text.contains(host.name()) ? text : text + " (" + host.name() + ")";
    }
}
