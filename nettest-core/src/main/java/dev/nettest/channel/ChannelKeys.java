package dev.nettest.channel;

import java.util.Arrays;

/** The keys of one channel, one for each selector. */
final class ChannelKeys {

    private static final NetworkSelectionKey[] NONE = {};

    /** Replaced by each change. Guarded by this object. Many channels have no key, and most others one. */
    private NetworkSelectionKey[] keys = NONE;

    synchronized void add(NetworkSelectionKey key) {
        NetworkSelectionKey[] more = Arrays.copyOf(keys, keys.length + 1);
        more[keys.length] = key;
        keys = more;
    }

    synchronized void remove(NetworkSelectionKey key) {
        keys = Arrays.stream(keys).filter(other -> other != key).toArray(NetworkSelectionKey[]::new);
    }

    /** The state of the channel has changed: its selectors poll it. */
    void pollLater() {
        for (NetworkSelectionKey key : present()) {
            key.pollLater();
        }
    }

    private synchronized NetworkSelectionKey[] present() {
        return keys;
    }
}
