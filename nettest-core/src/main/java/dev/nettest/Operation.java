package dev.nettest;

import java.net.SocketAddress;
import java.util.Objects;

/**
 * An operation of an end, before it happens; the input of {@link Fault#matching}.
 *
 * @param kind the kind of the operation
 * @param number its number, from 1, among operations of its kind at its end; of a connect, in the fault's scope.
 *     Counting starts when the fault is installed or the end is made
 * @param offset the bytes that earlier operations of this kind moved at this end, counted from the same start
 * @param length the bytes of the datagram that is sent or has arrived; -1 for every other operation, whose length is
 *     not known before
 * @param localAddress the address of the calling end
 * @param remoteAddress the address of its peer; for an accept the listener's own address, for an unconnected datagram
 *     endpoint {@code 0.0.0.0:0}
 */
public record Operation(
        Kind kind, long number, long offset, int length, SocketAddress localAddress, SocketAddress remoteAddress) {

    /** Creates a description of an operation. */
    public Operation {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(localAddress, "localAddress");
        Objects.requireNonNull(remoteAddress, "remoteAddress");
    }

    /** The operations that faults change. */
    public enum Kind {
        READ,
        WRITE,
        ACCEPT,
        CONNECT,
        CLOSE,
        SEND,
        RECEIVE;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
