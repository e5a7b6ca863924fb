package dev.nettest;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.Objects;
import java.util.function.Function;

/**
 * The errors of operating systems, and the exceptions that a JDK makes of them. A network throws the exceptions in this
 * table. A test that runs under each {@link Personality} can look up the text that it expects:
 *
 * <pre>{@code
 * assertThat(thrown).hasMessage(SystemError.CONNECTION_REFUSED.text(network.config().personality()));
 * }</pre>
 */
public enum SystemError {
    // error                         Linux, Windows, macOS

    /** A connect to a port without a listener. */
    CONNECTION_REFUSED(
            ConnectException::new, "Connection refused", "Connection refused: connect", "Connection refused"),

    /** The same error, {@linkplain #polled() polled}. */
    CONNECTION_REFUSED_POLLED(
            ConnectException::new, "Connection refused", "Connection refused: getsockopt", "Connection refused"),

    /**
     * A connect reached the operating system's limit; a socket's own timeout is {@code Connect timed out} everywhere.
     */
    CONNECTION_TIMED_OUT(
            ConnectException::new, "Connection timed out", "Connection timed out: connect", "Operation timed out"),

    /** The same error, {@linkplain #polled() polled}. */
    CONNECTION_TIMED_OUT_POLLED(
            ConnectException::new, "Connection timed out", "Connection timed out: getsockopt", "Operation timed out"),

    /** A connect found no route to the host. */
    HOST_UNREACHABLE(NoRouteToHostException::new, "No route to host", "No route to host: connect", "No route to host"),

    /** The same error, {@linkplain #polled() polled}. */
    HOST_UNREACHABLE_POLLED(
            NoRouteToHostException::new, "No route to host", "No route to host: getsockopt", "No route to host"),

    /** A read or write lost the route to the host. */
    HOST_UNREACHABLE_IN_TRANSFER(
            NoRouteToHostException::new,
            "No route to host",
            "A socket operation was attempted to an unreachable host",
            "No route to host"),

    /** A connect found no route to the network: its host has no address of the target's family. */
    NETWORK_UNREACHABLE(
            SocketException::new,
            "Network is unreachable",
            "Network is unreachable: connect",
            "Network is unreachable"),

    /** The same error, {@linkplain #polled() polled}. */
    NETWORK_UNREACHABLE_POLLED(
            SocketException::new,
            "Network is unreachable",
            "Network is unreachable: getsockopt",
            "Network is unreachable"),

    /** A connect to a Unix path at which there is no socket. */
    NO_SUCH_FILE(
            SocketException::new,
            "No such file or directory",
            "No such file or directory",
            "No such file or directory"),

    /** A bind to an address that is bound already. */
    ADDRESS_IN_USE(
            BindException::new, "Address already in use", "Address already in use: bind", "Address already in use"),

    /** A bind on a host to an address that it does not own. */
    ADDRESS_NOT_AVAILABLE(
            BindException::new,
            "Cannot assign requested address",
            "Cannot assign requested address: bind",
            "Can't assign requested address"),

    /** A connect found no free ephemeral port. */
    PORTS_EXHAUSTED(
            BindException::new,
            "Cannot assign requested address",
            "Address already in use: connect",
            "Can't assign requested address"),

    /** The same error, {@linkplain #polled() polled}. */
    PORTS_EXHAUSTED_POLLED(
            BindException::new,
            "Cannot assign requested address",
            "Address already in use: getsockopt",
            "Can't assign requested address"),

    /** A datagram longer than the limit of UDP. */
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

    /** A read after the peer's reset. */
    CONNECTION_RESET(SocketException::new, "Connection reset", "Connection reset", "Connection reset"),

    /** A read or write after the last retransmission of data that the peer did not acknowledge. */
    CONNECTION_TIMED_OUT_IN_TRANSFER(
            SocketException::new,
            "Connection timed out",
            "A connection attempt failed because the connected party did not properly respond after a period of time,"
                    + " or established connection failed because connected host has failed to respond",
            "Operation timed out"),

    /** A write that is the first operation after the peer's reset. */
    CONNECTION_RESET_BY_PEER(
            SocketException::new, "Connection reset by peer", "Connection reset by peer", "Connection reset by peer"),

    /** A write on a connection that is known to be broken. */
    BROKEN_PIPE(
            SocketException::new,
            "Broken pipe",
            "An established connection was aborted by the software in your host machine",
            "Broken pipe"),

    /**
     * A socket's write after its own {@code shutdownOutput}. A channel throws {@code AsynchronousCloseException}
     * instead.
     */
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

    /** The text of a JDK on that operating system. */
    public String text(Personality personality) {
        return switch (Objects.requireNonNull(personality, "personality")) {
            case LINUX -> linux;
            case WINDOWS -> windows;
            case MACOS -> macos;
        };
    }

    /**
     * Creates an exception with that text, of the class that a {@code java.net.Socket} throws. Only the writes of a
     * channel differ: they throw an {@code IOException} with the same text.
     */
    public IOException exception(Personality personality) {
        return type.apply(text(personality));
    }

    /**
     * The error of a connect that polls instead of blocking in the system call. A connect polls with a timeout, on a
     * non-blocking channel, and on a virtual thread. Errors without such a variant return themselves.
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
