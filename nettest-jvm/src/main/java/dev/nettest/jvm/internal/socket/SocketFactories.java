package dev.nettest.jvm.internal.socket;

import dev.nettest.jvm.internal.platform.Platform;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** The factories of {@code java.net}, which can be set once in a JVM. */
public final class SocketFactories {

    private static boolean installed;

    private SocketFactories() {}

    /**
     * Has {@code new Socket()} and {@code new ServerSocket()} make routed sockets from now on. Idempotent.
     *
     * @throws IllegalStateException if another library has set a factory, or the platform's sockets cannot be reached
     */
    @SuppressWarnings("deprecation") // the JDK has no other way
    public static synchronized void install() {
        if (installed) {
            return;
        }
        Platform.socketImpl(false); // fails before the factories are set
        try {
            Socket.setSocketImplFactory(RoutedSocketImpl::new);
            ServerSocket.setSocketFactory(RoutedServerSocketImpl::new);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "another library has set the factory of java.net's sockets, which can be set once in a JVM", e);
        }
        installed = true;
    }
}
