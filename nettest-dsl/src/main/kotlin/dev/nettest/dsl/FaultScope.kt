package dev.nettest.dsl

import dev.nettest.Fault
import dev.nettest.FaultHandle
import dev.nettest.Faults

/**
 * A scope on which faults can be installed: a connection, a listener, a datagram endpoint, a host or a network, and the
 * settings of these.
 */
public interface FaultScope {
    /** The faults of this scope; [Faults] says which operations they change. */
    public val faults: Faults
}

/**
 * Installs a fault on each named operation. It takes effect at once, also on existing connections and endpoints.
 *
 * @return a handle for all of them, which counts how often they fire and removes them
 * @throws IllegalArgumentException if a fault does not apply to its operation; faults before it stay installed
 */
public fun FaultScope.fault(
    read: Fault? = null,
    write: Fault? = null,
    accept: Fault? = null,
    connect: Fault? = null,
    close: Fault? = null,
    send: Fault? = null,
    receive: Fault? = null,
): InstalledFaults {
    val installed = listOfNotNull(
        read?.let(faults::read),
        write?.let(faults::write),
        accept?.let(faults::accept),
        connect?.let(faults::connect),
        close?.let(faults::close),
        send?.let(faults::send),
        receive?.let(faults::receive),
    )
    return InstalledFaults(installed)
}

/** The faults that one call of [fault] installed. Any thread may call it. */
public class InstalledFaults internal constructor(
    /** One handle for each fault, in the order of the parameters. */
    public val handles: List<FaultHandle>,
) : AutoCloseable {
    /** How many operations these faults have changed, in their whole scope. */
    public val fireCount: Long get() = handles.sumOf { it.fireCount() }

    /** Removes the faults. Later operations are not changed. Idempotent. */
    override fun close(): Unit = handles.forEach(FaultHandle::close)

    override fun toString(): String = handles.joinToString("; ")
}
