package dev.nettest.internal.inet;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The peers of the sockets in memory that were read or written during a watch. The flight recorder reports these
 * transfers too, and cannot tell such a socket from a real one. Without a watch, a transfer costs one volatile read.
 */
public final class MemoryPeers implements AutoCloseable {

    private static final List<MemoryPeers> WATCHES = new CopyOnWriteArrayList<>();

    private final Set<InetSocketAddress> peers = ConcurrentHashMap.newKeySet();

    private MemoryPeers() {}

    /** Starts a watch. Begin it before the flight recorder, so that it misses no transfer of a recorded socket. */
    public static MemoryPeers watch() {
        MemoryPeers watch = new MemoryPeers();
        WATCHES.add(watch);
        return watch;
    }

    /** To be called after each read and write of {@code socket}, before it returns to the JDK's socket. */
    public static void transferred(Socket socket) {
        if (!WATCHES.isEmpty() && socket.getRemoteSocketAddress() instanceof InetSocketAddress peer) {
            for (MemoryPeers watch : WATCHES) {
                watch.peers.add(peer);
            }
        }
    }

    public boolean contains(InetSocketAddress peer) {
        return peers.contains(peer);
    }

    @Override
    public void close() {
        WATCHES.remove(this);
    }
}
