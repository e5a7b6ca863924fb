package dev.nettest.internal.stream;

/** Records the segments that take time in one direction. Called with the connection's lock held; must be quick. */
public interface SegmentEvents {

    /**
     * Segments left.
     *
     * @param arrival when the last of them arrives; {@code Timers.NEVER} if they are held, or lost until a link changes
     */
    void inFlight(long bytes, boolean fin, boolean reset, long arrival);

    /** Segments arrived after a time in flight. */
    void delivered(long bytes, boolean fin, boolean reset);

    /**
     * A segment was lost, and leaves again at {@code departure}.
     *
     * @param offset the position of its first byte in the stream
     */
    void retransmitted(long bytes, long offset, long departure);

    /** Records nothing. */
    SegmentEvents NONE = new SegmentEvents() {
        @Override
        public void inFlight(long bytes, boolean fin, boolean reset, long arrival) {}

        @Override
        public void delivered(long bytes, boolean fin, boolean reset) {}

        @Override
        public void retransmitted(long bytes, long offset, long departure) {}
    };
}
