package dev.nettest;

/** A registered callback; see {@link Awaitable#onReady} and {@link Network#onSnapshot}. */
@FunctionalInterface
public interface Registration {

    /** Cancels the callback, unless it runs or has run. Idempotent. Any thread may call it. */
    void cancel();
}
