package dev.nettest.internal.net;

import dev.nettest.Operation;

/**
 * An operation that threw an exception, as the detail of an event.
 *
 * @param error the message of the exception, or its class if it has none
 */
record FailedOperation(Operation.Kind operation, String error) {

    static FailedOperation of(Operation.Kind operation, Throwable failure) {
        String message = failure.getMessage();
        return new FailedOperation(
                operation, message == null ? failure.getClass().getSimpleName() : message);
    }
}
