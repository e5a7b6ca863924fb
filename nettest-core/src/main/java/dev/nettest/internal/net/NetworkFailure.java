package dev.nettest.internal.net;

/**
 * A failure whose text is the report of a network. Coroutines copy an exception that leaves a scope, with the original
 * as its cause, and would print the report once for each copy. Without a public constructor they cannot.
 */
final class NetworkFailure extends AssertionError {

    private static final long serialVersionUID = 1;

    NetworkFailure(String text) {
        super(text);
    }
}
