package dev.nettest.internal.time;

/** The waits of a network, for its clock: the clock finds that they cannot end, and the network fails them. */
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
    };

    /** True if events from outside the JVM's threads may end them, such as those of a bridge. */
    boolean areForOutside();

    /** Fails the waits of all registered threads. */
    void fail(String reason);

    /**
     * Fails all waits without a limit: nothing can end them any more.
     *
     * @return true if a thread or a stage was among them
     */
    boolean failHanging();
}
