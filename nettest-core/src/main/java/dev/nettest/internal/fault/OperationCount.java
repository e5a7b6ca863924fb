package dev.nettest.internal.fault;

import org.jspecify.annotations.Nullable;

/**
 * Counts the actions of faults on one operation. A fault has fired once it changed the operation, a wait included: the
 * operation may never complete. Each fault counts once for an operation, which may have several verdicts. Guarded by
 * the lock of the endpoint.
 */
final class OperationCount {

    private final FaultEvaluator.Caller endpoint;

    /** The fault that limits the bytes and is counted already. */
    private @Nullable InstalledFault amount;

    /** The fault that changes the bytes and is counted already. */
    private @Nullable InstalledFault content;

    /** The fault whose delay is counted already. */
    private @Nullable InstalledFault delay;

    /** True if the fault that stalls the operation is counted already. */
    private boolean stall;

    OperationCount(FaultEvaluator.Caller endpoint) {
        this.endpoint = endpoint;
    }

    /** The operation was changed by each fault of {@code verdict}. */
    void all(Verdict verdict) {
        result(verdict);
        bytes(verdict);
    }

    /** The operation was changed by the faults of {@code verdict} that change the result and the time. */
    void result(Verdict verdict) {
        verdict.fireResult(endpoint);
        delay(verdict);
    }

    /** Bytes moved, or wait for the next period of a drip. */
    void bytes(Verdict verdict) {
        amount = fire(verdict.limitedBy(), amount);
        content = fire(verdict.corruptedBy(), content);
    }

    /** The operation waits for the delay of {@code verdict}. */
    void delay(Verdict verdict) {
        delay = fire(verdict.delayedBy(), delay);
    }

    /** Returns the fault that is counted now: {@code acting}, or {@code counted} if none acts. */
    private @Nullable InstalledFault fire(@Nullable InstalledFault acting, @Nullable InstalledFault counted) {
        if (acting == null) {
            return counted;
        }
        if (acting != counted) {
            acting.fired(endpoint);
        }
        return acting;
    }

    /** The operation waits for the stall of {@code verdict}. */
    void stall(Verdict verdict) {
        if (!stall) {
            stall = true;
            all(verdict);
        }
    }

    /** The verdict will be another one. */
    void invalidated() {
        stall = false;
    }

    /** The next operation begins. */
    void next() {
        amount = null;
        content = null;
        delay = null;
        stall = false;
    }
}
