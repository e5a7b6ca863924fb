package dev.nettest.samples.recipes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.Callable;
import javax.net.SocketFactory;

/**
 * A socket factory for a library that takes a class name, and connects in the thread that called it. Tests can run
 * concurrently, because each has its own thread.
 */
public final class ThreadSockets extends SocketFactory {

    private static final ThreadLocal<SocketFactory> SOCKETS = new ThreadLocal<>();

    /** Calls {@code action}, in which the library connects with {@code sockets}. */
    static <T> T with(SocketFactory sockets, Callable<T> action) throws Exception {
        SOCKETS.set(sockets);
        try {
            return action.call();
        } finally {
            SOCKETS.remove();
        }
    }

    /** The factory of this thread. Called by JNDI. */
    public static SocketFactory getDefault() {
        SocketFactory sockets = SOCKETS.get();
        if (sockets == null) {
            throw new IllegalStateException("connected outside ThreadSockets.with");
        }
        return sockets;
    }

    @Override
    public Socket createSocket() throws IOException {
        return getDefault().createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return getDefault().createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return getDefault().createSocket(host, port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return getDefault().createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return getDefault().createSocket(host, port, localHost, localPort);
    }
}
