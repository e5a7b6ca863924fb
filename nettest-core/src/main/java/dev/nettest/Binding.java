package dev.nettest;

import dev.nettest.internal.net.BindingImpl;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;

/**
 * A claimed address, like a bound socket that is neither connected nor listening. It cannot be bound again, and
 * connects to it are refused. A Unix path stays after a close. Any thread may call any method at any time; none waits.
 */
public sealed interface Binding extends Closeable permits BindingImpl {

    /** The address, with the assigned port. */
    SocketAddress localAddress();

    /**
     * Listens on the address. The listener owns the address from then on.
     *
     * @throws SocketException {@code Socket closed} if the binding is closed or used, or its host has crashed
     */
    Listener listen() throws IOException;

    /**
     * Like {@link #listen()}, for a listener of {@code kind}. With {@link SocketKind#SOCKET} it is a leak if it is
     * still open when the network closes, like each server socket.
     *
     * @throws SocketException {@code Socket closed} if the binding is closed or used, or its host has crashed
     */
    Listener listen(SocketKind kind) throws IOException;

    /**
     * Tells that a connection has the address as its local address. A port that the bind assigned is free once that
     * connection has ended. A port that the bind named, or a Unix path, stays bound until the close. Linux does the
     * same: it locks only a named port.
     */
    void connected();

    /** Releases the address, unless a listener owns it or it is a Unix path. Idempotent. */
    @Override
    void close();
}
