package dev.nettest.samples.jdbc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;

/**
 * Any socket factory, for a driver that takes the name of a class and a word: the word says which factory was meant. One test, one
 * word, so that tests can run side by side.
 */
public final class RegisteredSockets extends SocketFactory {

    private static final Map<String, SocketFactory> REGISTERED = new ConcurrentHashMap<>();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final SocketFactory sockets;

    /** Called by the driver. */
    public RegisteredSockets(String word) {
        sockets = REGISTERED.get(word);
        if (sockets == null) {
            throw new IllegalArgumentException("no sockets are registered as " + word);
        }
    }

    /** Says the word by which the driver gets {@code sockets}, until it is {@linkplain #forget forgotten}. */
    static String register(SocketFactory sockets) {
        String word = "sockets-" + COUNT.incrementAndGet();
        REGISTERED.put(word, sockets);
        return word;
    }

    static void forget(String word) {
        REGISTERED.remove(word);
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
