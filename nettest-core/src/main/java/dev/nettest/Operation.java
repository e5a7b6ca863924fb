package dev.nettest;

import java.net.SocketAddress;

/**
 * One operation of one end, before it happens, for {@link Fault#matching}.
 *
 * @param kind what is called
 * @param number the operation's number among its kind at its end (an accept: at its listener; a connect: in the fault's
 *     scope), from 1, counted from when the fault met the end
 * @param offset bytes that operations of this kind have moved at this end until now, counted likewise
 * @param localAddress the address of the end that calls the operation
 * @param remoteAddress the address of its peer; of an accept the listener's own, of a datagram endpoint that is not connected
 *     {@code 0.0.0.0:0}
 */
public record Operation(Kind kind, long number, long offset, SocketAddress localAddress, SocketAddress remoteAddress) {

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
