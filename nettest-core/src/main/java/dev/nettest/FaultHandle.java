package dev.nettest;

/** An installed fault: how often it acted, and the way to take it out. Any thread may call it. */
public final class FaultHandle implements AutoCloseable {

    private final InstalledFault installed;

    FaultHandle(InstalledFault installed) {
        this.installed = installed;
    }

    /** How many operations it has changed, over all ends of its scope. */
    public long fireCount() {
        return installed.fireCount();
    }

    /** Takes the fault out; operations that have not happened yet go on without it. Idempotent. */
    @Override
    public void close() {
        installed.scope().uninstall(installed);
    }

    @Override
    public String toString() {
        return installed.describe() + ", fired " + fireCount() + " times";
    }
}
