package dev.nettest;

/** A callback that waits to be called. */
@FunctionalInterface
public interface Registration {

    /** The callback will not run any more, unless it is running or has run. Idempotent; any thread may call it. */
    void cancel();
}
