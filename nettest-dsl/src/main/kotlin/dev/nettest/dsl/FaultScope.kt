package dev.nettest.dsl

import dev.nettest.Fault
import dev.nettest.FaultHandle
import dev.nettest.Faults

/** What faults can be installed on: a connection, a listener, a datagram endpoint, a host, a network, and their settings. */
public interface FaultScope {
    /** The faults here; see [Faults] for whose operations they change. */
    public val faults: Faults
}

/**
 * Installs a fault on each of the operations that are named. Ends that exist feel it at once.
 *
 * @return a handle for all of them, which counts and takes out
 * @throws IllegalArgumentException if a fault cannot apply to its operation; those named before it are installed
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
    /** How many operations they have changed, over all ends of their scope. */
    public val fireCount: Long get() = handles.sumOf { it.fireCount() }

    /** Takes them out; operations that have not happened yet go on without them. Idempotent. */
    override fun close(): Unit = handles.forEach(FaultHandle::close)

    override fun toString(): String = handles.joinToString("; ")
}
