package dev.nettest.jvm.internal.channel;

import java.io.IOException;
import java.nio.channels.SelectableChannel;

/** A channel of {@link RoutingSelectorProvider}. */
interface RoutedChannel {

    /** The channel that does the work now. */
    Delegate<?> delegate();

    /** The end of a network has closed {@code inside}. */
    default void closedInside(SelectableChannel inside) throws IOException {
        delegate().followClose(inside);
    }
}
