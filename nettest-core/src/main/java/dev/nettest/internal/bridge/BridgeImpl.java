package dev.nettest.internal.bridge;

import dev.nettest.Bridge;
import dev.nettest.internal.net.ListenerImpl;
import dev.nettest.internal.net.NetworkImpl;
import dev.nettest.internal.util.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;

/** The implementation of {@link Bridge}. */
public final class BridgeImpl implements Bridge {

    private final ListenerImpl listener;
    private final InetSocketAddress realAddress;
    private final EventLoop loop;

    private BridgeImpl(ListenerImpl listener, InetSocketAddress realAddress) throws IOException {
        this.listener = listener;
        this.realAddress = realAddress;
        this.loop = new EventLoop(this);
    }

    /** A bridge with a bound listener. It accepts nothing before {@link #start()}. */
    public static BridgeImpl open(NetworkImpl network, SocketAddress address, InetSocketAddress real)
            throws IOException {
        ListenerImpl listener = network.localhost().listen(address);
        try {
            return new BridgeImpl(listener, real);
        } catch (IOException | RuntimeException | Error e) {
            listener.abandon();
            throw e;
        }
    }

    /** Resolves the name of a real server. */
    public static InetSocketAddress resolved(SocketAddress real) throws UnknownHostException {
        Objects.requireNonNull(real, "real");
        if (!(real instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (inet.getPort() == 0) {
            throw new IllegalArgumentException("the port of a real server must be at least 1: " + real);
        }
        InetSocketAddress resolved =
                inet.isUnresolved() ? new InetSocketAddress(inet.getHostString(), inet.getPort()) : inet;
        if (resolved.isUnresolved()) {
            throw new UnknownHostException(inet.getHostString());
        }
        return resolved;
    }

    public void start() {
        loop.start();
    }

    @Override
    public ListenerImpl listener() {
        return listener;
    }

    @Override
    public SocketAddress localAddress() {
        return listener.localAddress();
    }

    @Override
    public SocketAddress realAddress() {
        return realAddress;
    }

    @Override
    public boolean isClosed() {
        return loop.isClosed();
    }

    @Override
    public void close() {
        shutdown();
        loop.awaitEnd();
    }

    /** Tells the event loop to close everything, and does not wait for it. */
    public void shutdown() {
        listener.close();
        loop.shutdown();
    }

    /** The note in a network snapshot. */
    public String describe() {
        Throwable failure = loop.lastFailure();
        int count = loop.connections();
        return "bridge to " + Addresses.text(realAddress) + ", " + count + (count == 1 ? " connection" : " connections")
                + (failure == null ? "" : ", last failure: " + failure);
    }

    /** Its addresses, the number of its connections, and the last failure of a real connection. */
    @Override
    public String toString() {
        return Addresses.text(localAddress()) + ": " + describe() + (isClosed() ? " (CLOSED)" : "");
    }
}
