package dev.nettest.channel;

import java.util.ArrayList;
import java.util.List;

/** The keys of one channel, one for each selector. */
final class ChannelKeys {

    /** Guarded by this object. Most channels have one. */
    private final List<NetworkSelectionKey> keys = new ArrayList<>(1);

    synchronized void add(NetworkSelectionKey key) {
        keys.add(key);
    }

    synchronized void remove(NetworkSelectionKey key) {
        keys.remove(key);
    }

    /** The state of the channel has changed: its selectors poll it. */
    void pollLater() {
        for (NetworkSelectionKey key : copy()) {
            key.pollLater();
        }
    }

    private synchronized NetworkSelectionKey[] copy() {
        return keys.toArray(NetworkSelectionKey[]::new);
    }
}
