package dev.nettest.internal.net;

/**
 * Help that is attached to a failure as a suppressed exception. The failure itself keeps the type and the text of the
 * JDK.
 */
final class NetworkNote extends Exception {

    private static final long serialVersionUID = 1;

    private NetworkNote(String text) {
        super(text, null, false, false);
    }

    /** Attaches {@code text} to {@code failure} and returns it. */
    static <E extends Throwable> E attach(E failure, String text) {
        if (!text.isEmpty()) {
            failure.addSuppressed(new NetworkNote(text));
        }
        return failure;
    }
}
