package dev.nettest;

/**
 * A registered callback or limit; see {@link Awaitable#onReady}, {@link Network#onSnapshot} and
 * {@link Network#failInterruptedWaits}.
 */
@FunctionalInterface
public interface Registration {

    /** Cancels it; no effect on a callback that runs or has run. Idempotent. Any thread may call it. */
    void cancel();
}
