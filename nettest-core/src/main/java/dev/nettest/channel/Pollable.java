package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.Readiness;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A channel, seen by its keys and selectors. Any thread may call any method; none waits. */
interface Pollable {

    /** The keys of this channel. */
    ChannelKeys keys();

    /**
     * The socket whose conditions the keys wait for. It may change: a channel tells its {@link #keys()} then.
     *
     * @return null if a change is all that a key can wait for
     */
    @Nullable
    Awaitable awaitable();

    /** The conditions of {@link #awaitable()} that make an operation of {@code interestOps} ready. */
    Set<Readiness> conditions(int interestOps);

    /** The operations of {@code interestOps} that are ready. */
    int readyOps(int interestOps);

    /** Called after its last key was removed from a selector, if the channel is closed by then. */
    void finishClose() throws IOException;
}
