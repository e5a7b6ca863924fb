package dev.nettest.internal.fault;

import org.jspecify.annotations.Nullable;

/**
 * Counts the actions of faults on one operation. A fault has fired once it changed the operation, a wait included: the
 * operation may never complete. Each fault counts once for an operation. Guarded by the lock of the endpoint.
 */
final class OperationCount {

    /** True if the faults that change the bytes are counted already. */
    private boolean bytes;

    /** True if the fault that stalls the operation is counted already. */
    private boolean stall;

    /** The fault whose delay is counted already. */
    private @Nullable InstalledFault delay;

    /** The operation was changed by each fault of {@code verdict}. */
    void all(Verdict verdict) {
        result(verdict);
        verdict.fireBytes();
    }

    /** The operation was changed by the faults of {@code verdict} that change the result and the time. */
    void result(Verdict verdict) {
        verdict.fireResult();
        delay(verdict);
    }

    /** Bytes moved. */
    void bytes(Verdict verdict) {
        if (!bytes) {
            bytes = true;
            verdict.fireBytes();
        }
    }

    /** The operation waits for the delay of {@code verdict}. */
    void delay(Verdict verdict) {
        if (delay != verdict.delayedBy()) {
            delay = verdict.delayedBy();
            verdict.fireDelay();
        }
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
        bytes = false;
        stall = false;
        delay = null;
    }
}
