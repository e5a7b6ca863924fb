package dev.nettest.jvm.internal.channel;

import dev.nettest.Network;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The channel that does the work for {@code owner}: first one of the kernel, and one of a network after the hand-over,
 * when the first bind or connect has told where the channel belongs. A datagram channel can have several at a time.
 *
 * @param <C> the type of the channel
 */
final class Delegate<C extends SelectableChannel> {

    /**
     * A channel in one world.
     *
     * @param network null for the kernel
     */
    record World<C>(C channel, @Nullable Network network) {}

    private final SelectableChannel owner;

    /** Never empty. Replaced by each change. */
    private volatile List<World<C>> worlds;

    private final List<RoutedKey> keys = new CopyOnWriteArrayList<>();

    Delegate(SelectableChannel owner, C channel, @Nullable Network network) {
        this.owner = owner;
        this.worlds = List.of(new World<>(channel, network));
    }

    /** The only one, or that which gives the addresses. */
    C channel() {
        return worlds.get(0).channel();
    }

    /** Null for the kernel. */
    @Nullable
    Network network() {
        return worlds.get(0).network();
    }

    List<World<C>> worlds() {
        return worlds;
    }

    /** Closes the owner if a call has closed {@code used}, such as an interrupt or a refused connect. */
    void followClose(SelectableChannel used) throws IOException {
        if (!used.isOpen() && used == channel()) {
            owner.close();
        }
    }

    /**
     * Replaces the only channel by {@code next}, which has its options already. The keys of the owner move too. Call it
     * with the lock of this object.
     */
    void handOver(C next, @Nullable Network to) throws IOException {
        C before = channel();
        next.configureBlocking(before.isBlocking());
        become(List.of(new World<>(next, to)));
        before.close();
        if (!owner.isOpen()) {
            next.close(); // a concurrent close may have missed it
        }
    }

    /** Goes on with these channels, and so do the keys of the owner. It excludes registrations. */
    synchronized void become(List<World<C>> next) throws IOException {
        worlds = List.copyOf(next);
        for (RoutedKey key : keys) {
            key.selector().follow(key, worlds);
        }
    }

    // ---- keys

    synchronized void register(RoutedKey key, int ops) throws IOException {
        key.selector().begin(key, worlds);
        key.interestOps(ops);
        keys.add(key);
    }

    /** A registration that could not be made inside at once. */
    synchronized void registerDeferred(RoutedKey key) throws IOException {
        key.selector().begin(key, worlds);
        key.applyInterest();
    }

    void removed(RoutedKey key) {
        keys.remove(key);
    }

    /** The cancelled keys of the owner may still be valid inside, and would prevent a change to blocking. */
    synchronized void configureBlocking(boolean block) throws IOException {
        for (RoutedKey key : keys) {
            if (!key.isValid()) {
                key.cancelInside();
            }
        }
        for (World<C> world : worlds) {
            world.channel().configureBlocking(block);
        }
    }
}
