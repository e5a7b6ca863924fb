package dev.nettest.internal.time;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The waits of a network, for its clock: the clock finds that they cannot end or last too long. They fail then. */
public interface NetworkWaits {

    /** No waits. */
    NetworkWaits NONE = new NetworkWaits() {

        @Override
        public boolean areForOutside() {
            return true;
        }

        @Override
        public void fail(String reason) {}

        @Override
        public boolean failHanging() {
            return false;
        }

        @Override
        public @Nullable Supplier<AssertionError> failureAfterInterrupt() {
            return null;
        }
    };

    /** True if events from outside the JVM's threads, as of a bridge, or timeouts in real time may end them. */
    boolean areForOutside();

    /** Fails the waits of all registered threads. */
    void fail(String reason);

    /**
     * Fails all waits without a limit: nothing can end them any more.
     *
     * @return true if a thread or a stage was among them
     */
    boolean failHanging();

    /** The failure of a wait of the current thread that ignores an interrupt; null if it has no limit. */
    @Nullable
    Supplier<AssertionError> failureAfterInterrupt();
}
