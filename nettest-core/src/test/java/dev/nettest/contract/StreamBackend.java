package dev.nettest.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;

/**
 * A network that the contracts run on: real loopback, or one inside the process. A test opens one and closes it;
 * closing releases everything it has made, also ends on which a thread is blocked.
 */
public interface StreamBackend extends AutoCloseable {
    /** The face of the dialling ends and the accepted ends. */
    Face face();

    Set<Capability> capabilities();

    /** How many bytes an end surely takes while nobody reads them; 0 for a rendezvous. */
    int capacity();

    /** More bytes than an end takes while nobody reads them. */
    int moreThanFits();

    /** A connected pair; the accepted end shows the given face. */
    Pair pair(Face peer) throws IOException;

    Server bind(SocketAddress address, int backlog) throws IOException;

    Dial dial() throws IOException;

    /** An address of this network that nobody listens on. */
    SocketAddress refusingAddress() throws IOException;

    /** Called first on every thread that a {@link Task} starts. */
    default void enter() {}

    /** Returns when the thread is blocked in an operation of this backend, or has ended. */
    void awaitBlocked(Thread thread);

    /** Returns when the reset that the end is about to get has arrived. */
    default void awaitReset(Stream stream) {}

    /** Writes until not one more byte fits, and returns how many did. */
    default long fill(Pair pair) throws IOException {
        throw new UnsupportedOperationException("no fill on " + this);
    }

    @Override
    void close();

    /** The face of the dials and listeners. */
    default Face listenerFace() {
        return capabilities().contains(Capability.WHOLE_FACE) ? face() : Face.CHANNEL;
    }

    default Pair pair() throws IOException {
        return pair(face());
    }

    default Server bind() throws IOException {
        return bind(anyAddress(), 50);
    }

    /** An address to bind that is free, or says that any free one will do. */
    default SocketAddress anyAddress() {
        return loopback(0);
    }

    default boolean isUnix() {
        return capabilities().contains(Capability.UNIX);
    }

    default Stream connect(SocketAddress address) throws IOException {
        return dial().connect(address, Duration.ZERO);
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
