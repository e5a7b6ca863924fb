package dev.nettest;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An address that is claimed and not listened on, as by a socket that is bound and neither connected nor listening: others cannot
 * bind it, and dials to it are refused. The path of a Unix domain socket stays when it is closed, as that of a listener does. Any thread may call any method at any time; none waits.
 */
public final class Binding implements Closeable {

    private final Host host;
    private final SocketAddress localAddress;

    /** How often the host had crashed when it was made; after the next time it is gone. */
    private final long crashes;

    private final AtomicBoolean used = new AtomicBoolean();

    Binding(Host host, SocketAddress localAddress, long crashes) {
        this.host = host;
        this.localAddress = localAddress;
        this.crashes = crashes;
    }

    /** The address, with the port that it got. */
    public SocketAddress localAddress() {
        return localAddress;
    }

    /**
     * Listens here. The binding is the listener's from then on.
     *
     * @throws SocketException {@code Socket closed} if it was closed, or used already, or its host has crashed
     */
    public Listener listen() throws IOException {
        if (!used.compareAndSet(false, true) || isGone()) {
            throw new SocketException("Socket closed");
        }
        Network network = host.network();
        return network.started(
                localAddress instanceof InetSocketAddress inet
                        ? network.book().answer(host, inet, bound -> new Listener(host, bound))
                        : network.book().answerPath(this, () -> new Listener(host, localAddress)));
    }

    private boolean isGone() {
        return host.crashes() != crashes;
    }

    /** Frees the address, unless a listener has it or it is a path. Idempotent. */
    @Override
    public void close() {
        if (used.compareAndSet(false, true) && !isGone()) {
            if (localAddress instanceof InetSocketAddress inet) {
                host.network().book().release(host, inet, null);
            } else {
                host.network().book().abandonClaim(this);
            }
        }
    }

    @Override
    public String toString() {
        return "binding " + Addresses.text(localAddress);
    }
}
