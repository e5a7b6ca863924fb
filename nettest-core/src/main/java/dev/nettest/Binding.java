package dev.nettest;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An address that is claimed and not listened on, as by a socket that is bound and neither connected nor listening: others cannot
 * bind it, and dials to it are refused. Any thread may call any method at any time; none waits.
 */
public final class Binding implements Closeable {

    private final Network network;
    private final InetSocketAddress localAddress;
    private final AtomicBoolean used = new AtomicBoolean();

    Binding(Network network, InetSocketAddress localAddress) {
        this.network = network;
        this.localAddress = localAddress;
    }

    /** The address, with the port that it got. */
    public SocketAddress localAddress() {
        return localAddress;
    }

    /**
     * Listens here. The binding is the listener's from then on.
     *
     * @throws SocketException {@code Socket closed} if it was closed, or used already
     */
    public Listener listen() throws IOException {
        if (!used.compareAndSet(false, true)) {
            throw new SocketException("Socket closed");
        }
        return network.started(network.book().answer(localAddress, bound -> new Listener(network, bound)));
    }

    /** Frees the address, unless a listener has it. Idempotent. */
    @Override
    public void close() {
        if (used.compareAndSet(false, true)) {
            network.book().release(localAddress, null);
        }
    }

    @Override
    public String toString() {
        return "binding " + Addresses.text(localAddress);
    }
}
