package dev.nettest.contract;

/** The JDK type that an end shows itself as: it decides the classes and texts of the exceptions. */
public enum Face {
    /** {@link java.net.Socket} and {@link java.net.ServerSocket}. */
    SOCKET,
    /** {@link java.nio.channels.SocketChannel} and its server, in blocking mode. */
    CHANNEL
}
