package dev.nettest.internal.inet;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The peers of sockets of {@code java.net} whose bytes stay in memory, of all networks. The flight recorder cannot tell
 * such a socket from a real one.
 */
public final class MemoryPeers {

    private static final Set<InetSocketAddress> PEERS = ConcurrentHashMap.newKeySet();

    private MemoryPeers() {}

    /** Adds the peer of a socket that is connected now. */
    public static void add(InetAddress address, int port) {
        PEERS.add(new InetSocketAddress(address, port));
    }

    public static boolean contains(InetSocketAddress peer) {
        return PEERS.contains(peer);
    }
}
