package dev.nettest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;

/**
 * An address of a {@link Network} that stands for a real TCP server outside, made by {@link Network#bridge}. Each connection that
 * is dialled at its {@link #listener()} is carried over a real connection of its own to the {@link #realAddress()}, so that faults,
 * buffers and awaits of the network apply to a conversation with, say, a real database:
 *
 * <pre>{@code
 * Bridge bridge = network.bridge("10.0.0.5:5432", new InetSocketAddress("127.0.0.1", 5432));
 * bridge.listener().faults().read(Fault.reset().afterBytes(1024));
 * }</pre>
 *
 * <p><strong>What is carried.</strong> Bytes; the end of either stream, also by itself (half close); resets, at which what still
 * moves without waiting is moved first and the rest is lost, as on a real path. Back-pressure: a bridge holds at most 64 KiB of each
 * direction, and reads no more of one side than the other takes. What has two hops differs from one connection in this: who writes
 * learns of the far side's reset an operation later, because the bridge must have met it first.
 *
 * <p><strong>Dialling.</strong> A dial in the network is done when it is queued at the listener, before anybody knows whether the
 * real server answers. Where that refuses, cannot be reached or does not answer in the operating system's own time, the
 * connection in memory is reset: the client meets {@code Connection reset} at its first read, not {@code Connection refused}.
 * {@link #toString()}, and the network's picture in every failure, say what the real connection said. To refuse dials, install
 * {@code listener().faults().connect(Fault.refuse())}.
 *
 * <p><strong>Faults.</strong> The ends that the listener accepts are the bridge's own: it reads what the client has written and writes
 * what the real server has sent. A fault that makes one of its operations fail resets both sides; all others act as they do on
 * a server. An accept that fails is tried again, but a thousand failures in a row close the listener. Nobody has to close
 * these ends, so that they are no leaks.
 *
 * <p><strong>Time.</strong> The real side runs in real time, on any clock. A virtual clock does not wait for it: a timeout on the
 * network's clock may pass while the real server still works, if somebody moves the clock meanwhile, as {@code runTest} does.
 *
 * <p>A bridge has one daemon thread, named after it. It never waits in the network. What goes wrong there that is no failure of a
 * connection, such as a fault's predicate that throws, resets the connection concerned and goes to that thread's uncaught-exception
 * handler, which prints it. Any thread may call any method at any time.
 */
public final class Bridge implements AutoCloseable {

    private final Listener listener;
    private final InetSocketAddress realAddress;
    private final BridgeLoop loop;

    private Bridge(Listener listener, InetSocketAddress realAddress) throws IOException {
        this.listener = listener;
        this.realAddress = realAddress;
        this.loop = new BridgeLoop(this);
    }

    /** Bound already; carries nothing before {@link #start()}. */
    static Bridge open(Network network, SocketAddress address, InetSocketAddress real) throws IOException {
        Listener listener = network.listen(address);
        try {
            return new Bridge(listener, real);
        } catch (IOException | RuntimeException | Error e) {
            listener.close();
            throw e;
        }
    }

    /** The address of a real server, its name looked up. */
    static InetSocketAddress resolved(SocketAddress real) throws UnknownHostException {
        Objects.requireNonNull(real, "real");
        if (!(real instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (inet.getPort() == 0) {
            throw new IllegalArgumentException("the port of a real server must be at least 1: " + real);
        }
        InetSocketAddress known =
                inet.isUnresolved() ? new InetSocketAddress(inet.getHostString(), inet.getPort()) : inet;
        if (known.isUnresolved()) {
            throw new UnknownHostException(inet.getHostString());
        }
        return known;
    }

    void start() {
        loop.start();
    }

    /** Where it listens in the network: for faults, buffer sizes and awaits. Closing it leaves what it has accepted. */
    public Listener listener() {
        return listener;
    }

    /** The address in the network. It stays after a close. */
    public SocketAddress localAddress() {
        return listener.localAddress();
    }

    /** The address of the real server outside. */
    public SocketAddress realAddress() {
        return realAddress;
    }

    /** Whether it is closed. */
    public boolean isClosed() {
        return loop.isClosed();
    }

    /**
     * Closes the listener, and both sides of every connection: as a process that ends does, with a FIN where everything was delivered,
     * and a reset where something was still under way. Waits for its thread to have done so, which takes as long as whatever code of
     * the test that thread runs just now (a fault's predicate, a callback), ten real seconds at most. Idempotent; closing the
     * network does it too.
     */
    @Override
    public void close() {
        shutdown();
        loop.awaitEnd();
    }

    /** Has its thread close everything, and waits for nobody. */
    void shutdown() {
        listener.close();
        loop.shutdown();
    }

    /** What a picture of the network says of it. */
    String describe() {
        Throwable failure = loop.lastFailure();
        int count = loop.connections();
        return "bridge to " + Addresses.text(realAddress) + ", " + count + (count == 1 ? " connection" : " connections")
                + (failure == null ? "" : ", last failure: " + failure);
    }

    /** Its addresses, how many connections it carries, and what the last failure of a real connection was. */
    @Override
    public String toString() {
        return Addresses.text(localAddress()) + ": " + describe() + (isClosed() ? " (CLOSED)" : "");
    }
}
