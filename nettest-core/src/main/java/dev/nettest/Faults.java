package dev.nettest;

import dev.nettest.internal.fault.FaultRegistry;

/**
 * The faults of one scope: a {@link Connection}, a {@link Listener}, a {@link DatagramEndpoint}, a {@link Host} or a
 * {@link Network}.
 *
 * <p>A fault changes operations of the end that <em>calls</em> them:
 * <ul>
 * <li>On a connection: its own reads, writes, closes, and its connect.
 * <li>On a listener: its accepts, the connects to it, and the reads, writes and closes of the ends that it accepts.
 * <li>On a datagram endpoint: its sends, receives and closes.
 * <li>On a host or a network: the operations of all its ends, and the connects from it.
 * </ul>
 * A fault acts at once on existing ends, including blocked operations.
 *
 * <p>Faults of different kinds combine on one operation: a delay comes first, then a result such as a failure or a
 * reset. If that still moves bytes, {@code slice} or {@code drip} limits them and {@code corrupt} changes them. Among
 * faults of one kind the narrowest scope wins: connection, listener, host, network. Within a scope the fault that was
 * installed first wins. Only faults that act fire. A fault with {@code afterBuffered} combines with no other.
 *
 * <p>Any thread may install and uninstall faults.
 */
public sealed interface Faults permits FaultRegistry {

    /**
     * Changes reads. Takes every effect except {@code refuse} and those of datagrams.
     *
     * @throws IllegalArgumentException if the fault cannot apply to a read
     */
    FaultHandle read(Fault fault);

    /**
     * Changes writes. Takes the effects of reads except {@code endOfStream}, and also {@code halfClose} and
     * {@code silence}. Takes not the trigger {@code afterBuffered}.
     *
     * @throws IllegalArgumentException if the fault cannot apply to a write
     */
    FaultHandle write(Fault fault);

    /**
     * Changes accepts. Takes {@code failWith}, {@code timeout}, {@code reset}, {@code stall} and {@code delayed}, and
     * not the trigger {@code afterBytes}.
     *
     * @throws IllegalArgumentException if the fault cannot apply to an accept, or the scope is a connection
     */
    FaultHandle accept(Fault fault);

    /**
     * Changes connects. Takes {@code failWith}, {@code refuse}, {@code unreachable}, {@code timeout}, {@code reset},
     * {@code stall} and {@code delayed}, and not the trigger {@code afterBytes}. On a connection it must be installed
     * before the handshake, in the connect hook. Occurrences are counted per scope.
     *
     * @throws IllegalArgumentException if the fault cannot apply to a connect
     * @throws IllegalStateException if the connection is established
     */
    FaultHandle connect(Fault fault);

    /**
     * Changes closes. Takes {@code failWith}, {@code reset} and {@code delayed}, and not the trigger
     * {@code afterBytes}. A close that fails still closes.
     *
     * @throws IllegalArgumentException if the fault cannot apply to a close
     */
    FaultHandle close(Fault fault);

    /**
     * Changes sends of datagrams. Takes {@code failWith}, {@code unreachable}, {@code timeout}, {@code stall},
     * {@code delayed}, {@code corrupt}, {@code drop}, {@code duplicate} and {@code reorder}, and not the trigger
     * {@code afterBuffered}.
     *
     * @throws IllegalArgumentException if the fault cannot apply to a send, or the scope is a connection or a listener
     */
    FaultHandle send(Fault fault);

    /**
     * Changes receives of datagrams. Takes the effects of {@link #send}, and the trigger {@code afterBuffered}.
     *
     * @throws IllegalArgumentException if the fault cannot apply to a receive, or the scope is a connection or a
     *     listener
     */
    FaultHandle receive(Fault fault);

    /**
     * Checks that {@code fault} can be installed on operations of {@code kind}, and installs nothing. A caller that
     * installs several faults, or none, asks first.
     *
     * @throws IllegalArgumentException if the fault cannot apply
     * @throws IllegalStateException if a connect is checked after it
     */
    void check(Operation.Kind kind, Fault fault);
}
