package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import java.io.IOException;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A channel, seen by its keys and selectors. Any thread may call any method; none waits. */
interface PollableChannel {

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

    /**
     * Looks which operations are ready, like {@code epoll} and the JDK together.
     *
     * @param interestOps not 0
     * @param hook of {@link #awaitable()}; null if that is null
     * @return the ready operations; with {@link #EVENT} if the kernel reports the socket, which may make no operation
     *     ready; with {@link #HANG_UP} if they replace the ready set of a selected key
     */
    int poll(int interestOps, @Nullable ReadyHook hook);

    /** The kernel reports an event. */
    int EVENT = 1 << 8;

    /** The kernel reports an error or a hang-up, which makes everything ready. */
    int HANG_UP = 1 << 9;

    /** The result of {@link #poll} for an error or a hang-up. */
    static int hangUp(int interestOps) {
        return interestOps | EVENT | HANG_UP;
    }

    /** Called after its last key was removed from a selector, if the channel is closed by then. Idempotent. */
    void finishClose() throws IOException;

    /**
     * True if the close of {@code channel} finishes when its last key is removed, like in the JDK. Also in blocking
     * mode, in which its keys are cancelled: only a blocking operation that runs then ends at once, and with it the
     * socket.
     *
     * @param running true if a blocking operation of another thread runs
     */
    static boolean closesLater(AbstractSelectableChannel channel, boolean running) {
        return channel.isRegistered() && !(channel.isBlocking() && running);
    }
}
