package dev.nettest.jvm.internal.channel;

/** A channel of {@link RoutingSelectorProvider}. */
interface RoutedChannel {

    /** The channel that does the work now. */
    Delegate<?> delegate();
}
