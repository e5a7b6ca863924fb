package dev.nettest.internal.net;

import dev.nettest.Operation;

/** An operation of a thread that waits, as the detail of an event. */
record WaitingOperation(Operation.Kind operation, String thread) {

    static WaitingOperation here(Operation.Kind operation) {
        return new WaitingOperation(operation, Thread.currentThread().getName());
    }
}
