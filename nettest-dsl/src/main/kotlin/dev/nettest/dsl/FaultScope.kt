package dev.nettest.dsl

import dev.nettest.Fault
import dev.nettest.FaultHandle
import dev.nettest.Faults
import dev.nettest.Operation.Kind

/**
 * A scope on which faults can be installed: a connection, a listener, a datagram endpoint, a host or a network, and the
 * settings of these.
 */
public sealed interface FaultScope {
    /** The faults of this scope; [Faults] says which operations they change. */
    public val faults: Faults

    /**
     * The effects of faults: `fault(read = Fault.delayed(2.seconds))`. It has every effect of [dev.nettest.Fault], with
     * durations of Kotlin.
     */
    @Suppress("PropertyName", "ktlint:standard:property-naming") // read like the static methods of the core's type
    public val Fault: FaultEffects get() = FaultEffects

    /**
     * Installs a fault on each named operation: all of them, or none if one does not apply. They take effect at once,
     * also on existing connections and endpoints.
     *
     * @return a handle for all of them, which counts how often they fire and removes them
     * @throws IllegalArgumentException if a fault does not apply to its operation
     * @sample dev.nettest.dsl.samples.faultOnTheThirdRead
     */
    public fun fault(
        read: Fault? = null,
        write: Fault? = null,
        accept: Fault? = null,
        connect: Fault? = null,
        close: Fault? = null,
        send: Fault? = null,
        receive: Fault? = null,
    ): InstalledFaults {
        val byKind = mapOf(
            Kind.READ to read,
            Kind.WRITE to write,
            Kind.ACCEPT to accept,
            Kind.CONNECT to connect,
            Kind.CLOSE to close,
            Kind.SEND to send,
            Kind.RECEIVE to receive,
        )
        byKind.forEach { (kind, fault) -> if (fault != null) faults.check(kind, fault) }
        return InstalledFaults(
            read = read?.let(faults::read),
            write = write?.let(faults::write),
            accept = accept?.let(faults::accept),
            connect = connect?.let(faults::connect),
            close = close?.let(faults::close),
            send = send?.let(faults::send),
            receive = receive?.let(faults::receive),
        )
    }
}

/** The faults that one call of [FaultScope.fault] installed. Any thread may call it. */
public class InstalledFaults internal constructor(
    /** The fault on reads; null if the call named none. */
    public val read: FaultHandle?,
    /** The fault on writes. */
    public val write: FaultHandle?,
    /** The fault on accepts. */
    public val accept: FaultHandle?,
    /** The fault on connects. */
    public val connect: FaultHandle?,
    /** The fault on closes. */
    public val close: FaultHandle?,
    /** The fault on sends. */
    public val send: FaultHandle?,
    /** The fault on receives. */
    public val receive: FaultHandle?,
) : AutoCloseable {
    /** All of them, in the order of the parameters. */
    public val handles: List<FaultHandle> = listOfNotNull(read, write, accept, connect, close, send, receive)

    /** How many operations these faults have changed, in their whole scope. */
    public val fireCount: Long get() = handles.sumOf { it.fireCount() }

    /** Removes the faults. Later operations are not changed. Idempotent. */
    override fun close(): Unit = handles.forEach(FaultHandle::close)

    override fun toString(): String = handles.joinToString("; ")
}
