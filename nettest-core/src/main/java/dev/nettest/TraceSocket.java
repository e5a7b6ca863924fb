package dev.nettest;

import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The socket at which a {@link TraceEvent} happened.
 *
 * @param id the same in all runs with the same seed. The two ends of a connection have successive ids; the end that
 *     dialled has the even one
 * @param local its address
 * @param localHost the host that owns {@code local}; the text of the address if it is no loopback address, and no named
 *     host owns it
 * @param remote the address of the other end; null for a listener and a datagram endpoint
 * @param remoteHost the host that owns {@code remote}, like {@code localHost}; null for a listener and a datagram
 *     endpoint
 */
@SuppressWarnings("exports") // JSpecify is optional
public record TraceSocket(
        Kind kind,
        long id,
        SocketAddress local,
        String localHost,
        @Nullable SocketAddress remote,
        @Nullable String remoteHost) {

    /** The kinds of socket. */
    public enum Kind {
        CONNECTION,
        LISTENER,
        DATAGRAM
    }

    /** @throws IllegalArgumentException if a connection has no remote side, or another socket has one */
    public TraceSocket {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(local, "local");
        Objects.requireNonNull(localHost, "localHost");
        if ((kind == Kind.CONNECTION) != (remote != null) || (remote == null) != (remoteHost == null)) {
            throw new IllegalArgumentException(kind + " with remote " + remote + " on " + remoteHost
                    + "; a connection has a remote side, and no other socket has one");
        }
    }

    /** True for the end of a connection that dialled, and for the first end of a pair. */
    public boolean isDialling() {
        return kind == Kind.CONNECTION && (id & 1) == 0;
    }

    /** The number of its connection, the same for both ends; -1 for other sockets. */
    public long connection() {
        return kind == Kind.CONNECTION ? id >> 1 : -1;
    }
}
