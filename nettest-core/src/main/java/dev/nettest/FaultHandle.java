package dev.nettest;

import dev.nettest.internal.fault.InstalledFault;

/** An installed fault: how often it fired, and the way to uninstall it. Any thread may call it. */
public sealed interface FaultHandle extends AutoCloseable permits InstalledFault {

    /**
     * How many operations it has changed, over all ends of its scope. A wait is a change: a delay that outlasts the
     * timeout of a read has fired.
     */
    long fireCount();

    /** Uninstalls the fault; later operations proceed without it. Idempotent. */
    @Override
    void close();
}
