package dev.nettest.internal.net;

import dev.nettest.Binding;
import dev.nettest.SocketKind;
import dev.nettest.internal.util.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** The implementation of {@link Binding}. */
public final class BindingImpl implements Binding {

    private final HostImpl host;
    private final SocketAddress localAddress;

    /** True for a port that the bind assigned. */
    private final boolean isPortAssigned;

    /** The host's number of crashes at the bind. The next crash releases this binding. */
    private final long crashes;

    private final AtomicBoolean used = new AtomicBoolean();

    BindingImpl(HostImpl host, SocketAddress localAddress, boolean isPortAssigned, long crashes) {
        this.host = host;
        this.localAddress = localAddress;
        this.isPortAssigned = isPortAssigned;
        this.crashes = crashes;
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public ListenerImpl listen(SocketKind kind) throws IOException {
        ListenerImpl listener = listen();
        if (Objects.requireNonNull(kind, "kind") == SocketKind.SOCKET) {
            listener.requireClose();
        }
        return listener;
    }

    @Override
    public ListenerImpl listen() throws IOException {
        ListenerImpl listener = host.state().exclusively(() -> {
            if (!used.compareAndSet(false, true) || isGone()) {
                throw new SocketException("Socket closed");
            }
            NetworkImpl network = host.network();
            return localAddress instanceof InetSocketAddress inet
                    ? network.bindTable().bindClaimed(host, inet, bound -> new ListenerImpl(host, bound))
                    : network.unixPaths().bindClaimed(this, () -> new ListenerImpl(host, localAddress));
        });
        return listener.start();
    }

    private boolean isGone() {
        return host.state().crashes() != crashes;
    }

    @Override
    public void connected() {
        if (isPortAssigned) {
            close(); // the table of connections has the address
        }
    }

    @Override
    public void close() {
        host.state().change(this::release);
    }

    private void release() {
        if (used.compareAndSet(false, true) && !isGone()) {
            if (localAddress instanceof InetSocketAddress inet) {
                host.network().bindTable().release(host, inet, null);
            } else {
                host.network().unixPaths().releaseClaim(this);
            }
        }
    }

    @Override
    public String toString() {
        return "binding " + Addresses.text(localAddress);
    }
}
