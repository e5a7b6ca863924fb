package dev.nettest;

/**
 * The kind of JDK socket that an operation imitates. The events are the same for both kinds. The exceptions, the effect
 * of an interrupt and the way a close is announced to the peer differ. {@link Connection} and {@link Listener} behave
 * as channels, stream views and socket factories as sockets.
 */
public enum SocketKind {

    /** {@link java.nio.channels.SocketChannel} and its server in blocking mode: an interrupt closes it. */
    CHANNEL,

    /**
     * {@link java.net.Socket} and its server: an interrupt closes it on a virtual thread and is ignored on a platform
     * thread.
     */
    SOCKET
}
