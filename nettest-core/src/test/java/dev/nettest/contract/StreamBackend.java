package dev.nettest.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;

/**
 * A network that the contracts run on: real loopback, or one inside the process. A test opens one and closes it.
 * Closing releases all its endpoints, including those with blocked threads.
 */
public interface StreamBackend extends Waiting, AutoCloseable {
    /** The JDK type of the connecting and the accepted endpoints. */
    JdkType jdkType();

    Set<Capability> capabilities();

    /** How many bytes an endpoint accepts at least without a reader; 0 for a rendezvous. */
    int capacity();

    /** More bytes than an endpoint accepts without a reader. */
    int moreThanFits();

    /** A connected pair; the accepted endpoint has the given JDK type. */
    Pair pair(JdkType peer) throws IOException;

    Server bind(SocketAddress address, int backlog) throws IOException;

    Connector connector() throws IOException;

    /** An address of this network without a listener. */
    SocketAddress refusingAddress() throws IOException;

    /** Returns when an expected reset has arrived at the endpoint. */
    default void awaitReset(Stream stream) {}

    /** Writes until not one more byte fits, and returns the number of bytes. */
    default long fill(Pair pair) throws IOException {
        throw new UnsupportedOperationException("no fill on " + this);
    }

    @Override
    void close();

    /** The JDK type of connectors and listeners. */
    default JdkType listenerType() {
        return capabilities().contains(Capability.JDK_TYPE_THROUGHOUT) ? jdkType() : JdkType.CHANNEL;
    }

    default Pair pair() throws IOException {
        return pair(jdkType());
    }

    default Server bind() throws IOException {
        return bind(anyAddress(), 50);
    }

    /** A free address to bind, or one that stands for any free address. */
    default SocketAddress anyAddress() {
        return loopback(0);
    }

    default boolean isUnix() {
        return capabilities().contains(Capability.UNIX);
    }

    default Stream connect(SocketAddress address) throws IOException {
        return connector().connect(address, Duration.ZERO);
    }

    static InetSocketAddress loopback(int port) {
        return address("127.0.0.1", port);
    }

    static InetSocketAddress address(String literal, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(literal), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
