package dev.nettest;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.function.Function;

/**
 * What an operating system says when something fails, and how a JDK on it words that. A network speaks by this table; a test that is to
 * hold under each {@link Personality} can ask it for the text that it expects:
 *
 * <pre>{@code
 * assertThat(thrown).hasMessage(SystemError.CONNECTION_REFUSED.text(network.config().personality()));
 * }</pre>
 */
public enum SystemError {
    // what happened                 Linux, Windows, macOS

    /** Nobody listens there. */
    CONNECTION_REFUSED(
            ConnectException::new, "Connection refused", "Connection refused: connect", "Connection refused"),

    /** The same, found by polling. */
    CONNECTION_REFUSED_POLLED(
            ConnectException::new, "Connection refused", "Connection refused: getsockopt", "Connection refused"),

    /** The operating system gave up on a connect; a timeout of one's own is {@code Connect timed out} everywhere. */
    CONNECTION_TIMED_OUT(
            ConnectException::new, "Connection timed out", "Connection timed out: connect", "Operation timed out"),

    /** The same, found by polling. */
    CONNECTION_TIMED_OUT_POLLED(
            ConnectException::new, "Connection timed out", "Connection timed out: getsockopt", "Operation timed out"),

    /** A connect found no way to the host. */
    HOST_UNREACHABLE(NoRouteToHostException::new, "No route to host", "No route to host: connect", "No route to host"),

    /** The same, found by polling. */
    HOST_UNREACHABLE_POLLED(
            NoRouteToHostException::new, "No route to host", "No route to host: getsockopt", "No route to host"),

    /** A read or write found no way to the host any more. */
    HOST_UNREACHABLE_IN_TRANSFER(
            NoRouteToHostException::new,
            "No route to host",
            "A socket operation was attempted to an unreachable host",
            "No route to host"),

    /** A connect found no way to the network: its host has no address of the target's family. */
    NETWORK_UNREACHABLE(
            SocketException::new,
            "Network is unreachable",
            "Network is unreachable: connect",
            "Network is unreachable"),

    /** The same, found by polling. */
    NETWORK_UNREACHABLE_POLLED(
            SocketException::new,
            "Network is unreachable",
            "Network is unreachable: getsockopt",
            "Network is unreachable"),

    /** Nothing stands at the path that is dialled. */
    NO_SUCH_FILE(
            SocketException::new,
            "No such file or directory",
            "No such file or directory",
            "No such file or directory"),

    /** Somebody has the address already. */
    ADDRESS_IN_USE(
            BindException::new, "Address already in use", "Address already in use: bind", "Address already in use"),

    /** A bind on a host to an address that it does not own. */
    ADDRESS_NOT_AVAILABLE(
            BindException::new,
            "Cannot assign requested address",
            "Cannot assign requested address: bind",
            "Can't assign requested address"),

    /** A connect found no ephemeral port that is free. */
    PORTS_EXHAUSTED(
            BindException::new,
            "Cannot assign requested address",
            "Address already in use: connect",
            "Can't assign requested address"),

    /** The same, found by polling. */
    PORTS_EXHAUSTED_POLLED(
            BindException::new,
            "Cannot assign requested address",
            "Address already in use: getsockopt",
            "Can't assign requested address"),

    /** A datagram is longer than UDP can carry. */
    MESSAGE_TOO_LONG(
            SocketException::new,
            "Message too long",
            "The message is larger than the maximum supported by the underlying transport: sendto",
            "Message too long"),

    /** A datagram to a broadcast address, without {@code SO_BROADCAST}. */
    BROADCAST_NOT_ALLOWED(BindException::new, "Permission denied", "Permission denied: sendto", "Permission denied"),

    /** A datagram from an IPv4 address to an IPv6 address. */
    ADDRESS_FAMILY_NOT_SUPPORTED(
            SocketException::new,
            "Address family not supported by protocol",
            "Address family not supported by protocol family: sendto",
            "Address family not supported by protocol family"),

    /** A read met the peer's reset. */
    CONNECTION_RESET(SocketException::new, "Connection reset", "Connection reset", "Connection reset"),

    /** A read or write met that the connection was given up, because nothing that was sent was acknowledged any more. */
    GIVEN_UP(
            SocketException::new,
            "Connection timed out",
            "A connection attempt failed because the connected party did not properly respond after a period of time,"
                    + " or established connection failed because connected host has failed to respond",
            "Operation timed out"),

    /** A write was the first to meet the peer's reset. */
    CONNECTION_RESET_BY_PEER(
            SocketException::new, "Connection reset by peer", "Connection reset by peer", "Connection reset by peer"),

    /** A write on a connection that is known to be broken. */
    BROKEN_PIPE(
            SocketException::new,
            "Broken pipe",
            "An established connection was aborted by the software in your host machine",
            "Broken pipe"),

    /** A socket's write after its own {@code shutdownOutput}; a channel throws {@code AsynchronousCloseException} everywhere. */
    OUTPUT_SHUT_DOWN(
            SocketException::new,
            "Broken pipe",
            "A request to send or receive data was disallowed because the socket had already been shut down in that"
                    + " direction with a previous shutdown call",
            "Broken pipe");

    @SuppressWarnings("ImmutableEnumChecker") // a constructor
    private final Function<String, ? extends IOException> type;

    private final String linux;
    private final String windows;
    private final String macos;

    SystemError(Function<String, ? extends IOException> type, String linux, String windows, String macos) {
        this.type = type;
        this.linux = linux;
        this.windows = windows;
        this.macos = macos;
    }

    /** How a JDK on that system words it. */
    public String text(Personality personality) {
        return switch (personality) {
            case LINUX -> linux;
            case WINDOWS -> windows;
            case MACOS -> macos;
        };
    }

    /**
     * A new exception with that text, of the class that a {@code java.net.Socket} throws. Only the writes of a channel differ: it
     * throws an {@code IOException} with the same text.
     */
    public IOException exception(Personality personality) {
        return type.apply(text(personality));
    }

    /**
     * This error as a connect words it that did not block in the system call but was polled: one with a timeout, of a non-blocking
     * channel, or on a virtual thread. Of other errors this one.
     */
    public SystemError polled() {
        return switch (this) {
            case CONNECTION_REFUSED -> CONNECTION_REFUSED_POLLED;
            case CONNECTION_TIMED_OUT -> CONNECTION_TIMED_OUT_POLLED;
            case HOST_UNREACHABLE -> HOST_UNREACHABLE_POLLED;
            case NETWORK_UNREACHABLE -> NETWORK_UNREACHABLE_POLLED;
            case PORTS_EXHAUSTED -> PORTS_EXHAUSTED_POLLED;
            default -> this;
        };
    }
}
