package dev.nettest.samples.jdbc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;

/**
 * A socket factory for a driver that takes a class name and a string argument. The argument is the key of the factory
 * to use. Each test has its own key, so that tests can run concurrently.
 */
public final class RegisteredSockets extends SocketFactory {

    private static final Map<String, SocketFactory> REGISTERED = new ConcurrentHashMap<>();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final SocketFactory sockets;

    /** Called by the driver. */
    public RegisteredSockets(String key) {
        sockets = REGISTERED.get(key);
        if (sockets == null) {
            throw new IllegalArgumentException("no sockets are registered as " + key);
        }
    }

    /** Returns the key for {@code sockets}, valid until {@link #forget}. */
    static String register(SocketFactory sockets) {
        String key = "sockets-" + COUNT.incrementAndGet();
        REGISTERED.put(key, sockets);
        return key;
    }

    static void forget(String key) {
        REGISTERED.remove(key);
    }

    @Override
    public Socket createSocket() throws IOException {
        return sockets.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return sockets.createSocket(host, port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return sockets.createSocket(host, port, localHost, localPort);
    }
}
