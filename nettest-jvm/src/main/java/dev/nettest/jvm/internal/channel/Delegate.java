package dev.nettest.jvm.internal.channel;

import dev.nettest.Network;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The channel that does the work for {@code owner}: first one of the kernel, and one of a network after the hand-over.
 * A hand-over happens at most once, when the first bind or connect tells where the channel belongs. It excludes
 * registrations.
 *
 * @param <C> the type of the channel
 */
final class Delegate<C extends SelectableChannel> {

    private final SelectableChannel owner;
    private volatile C channel;

    /** Null for the kernel. Written before {@link #channel}. */
    private volatile @Nullable Network network;

    private final List<RoutedKey> keys = new CopyOnWriteArrayList<>();

    Delegate(SelectableChannel owner, C channel, @Nullable Network network) {
        this.owner = owner;
        this.network = network;
        this.channel = channel;
    }

    C channel() {
        return channel;
    }

    /** Null for the kernel. */
    @Nullable
    Network network() {
        return network;
    }

    /** Closes the owner if a call has closed {@code used}, such as an interrupt or a refused connect. */
    void followClose(SelectableChannel used) throws IOException {
        if (!used.isOpen() && used == channel) {
            owner.close();
        }
    }

    /**
     * Replaces the channel of the kernel by {@code memory}, which has its options already. The keys of the owner move
     * too. Call it with the lock of this object.
     */
    void handOver(C memory, Network to) throws IOException {
        C kernel = channel;
        memory.configureBlocking(kernel.isBlocking());
        network = to;
        channel = memory;
        for (RoutedKey key : keys) {
            key.selector().move(key, memory, to);
        }
        kernel.close();
        if (!owner.isOpen()) {
            memory.close(); // a concurrent close may have missed it
        }
    }

    // ---- keys

    synchronized void register(RoutedKey key, int ops) throws IOException {
        Selector inner = key.selector().inner(network);
        try {
            key.inner(channel.register(inner, 0, key));
        } catch (CancelledKeyException e) { // the selector has dropped the earlier key outside, and not yet inside
            key.selector().removeCancelledIn(inner);
            key.inner(channel.register(inner, 0, key));
        }
        key.interestOps(ops);
        keys.add(key);
    }

    void removed(RoutedKey key) {
        keys.remove(key);
    }

    /** The cancelled keys of the owner may still be valid inside, and would prevent a change to blocking. */
    synchronized void configureBlocking(boolean block) throws IOException {
        for (RoutedKey key : keys) {
            if (!key.isValid()) {
                key.inner().cancel();
            }
        }
        channel.configureBlocking(block);
    }
}
