package dev.nettest.channel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The keys of one channel, one for each selector. */
final class ChannelKeys {

    private static final NetworkSelectionKey[] NONE = {};

    /** Most channels have one key. Guarded by this object. */
    private @Nullable NetworkSelectionKey first;

    /** Replaced by each change. Guarded by this object. */
    private NetworkSelectionKey[] others = NONE;

    synchronized void add(NetworkSelectionKey key) {
        if (first == null) {
            first = key;
            return;
        }
        NetworkSelectionKey[] more = Arrays.copyOf(others, others.length + 1);
        more[others.length] = key;
        others = more;
    }

    synchronized void remove(NetworkSelectionKey key) {
        if (first == key) {
            first = null;
        } else {
            others = Arrays.stream(others).filter(other -> other != key).toArray(NetworkSelectionKey[]::new);
        }
    }

    /** The state of the channel has changed: its selectors poll it. */
    void pollLater() {
        NetworkSelectionKey one;
        NetworkSelectionKey[] rest;
        synchronized (this) {
            one = first;
            rest = others;
        }
        if (one != null) {
            one.pollLater();
        }
        for (NetworkSelectionKey key : rest) {
            key.pollLater();
        }
    }
}
