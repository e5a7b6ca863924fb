package dev.nettest.contract;

/** The JDK type that an endpoint behaves like: it determines the classes and texts of exceptions. */
public enum JdkType {
    /** {@link java.net.Socket} and {@link java.net.ServerSocket}. */
    SOCKET,
    /** {@link java.nio.channels.SocketChannel} and its server, in blocking mode. */
    CHANNEL
}
