package dev.nettest.internal.inet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The peers of sockets of {@code java.net} whose bytes stay in memory, of all networks. The flight recorder cannot tell
 * such a socket from a real one.
 *
 * <p>Each connect adds one, with or without a guard. So a peer is one bit at the place of its hash: that allocates
 * nothing, and the memory does not grow.
 */
public final class MemoryPeers {

    /** A power of two: 128 KiB. Among a thousand peers, a real one in a thousand is taken for one of them. */
    private static final int BITS = 1 << 20;

    private static final int[] WORDS = new int[BITS / Integer.SIZE];
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);

    /** Odd, and without a pattern: the golden ratio of 2^32, which spreads successive ports (Knuth, volume 3, 6.4). */
    private static final int SPREAD = 0x9E3779B9;

    private MemoryPeers() {}

    /** Adds the peer of a socket that is connected now. */
    public static void add(InetAddress address, int port) {
        int bit = bit(address, port);
        int mask = 1 << bit;
        if (((int) WORD.getVolatile(WORDS, bit / Integer.SIZE) & mask) == 0) {
            WORD.getAndBitwiseOr(WORDS, bit / Integer.SIZE, mask);
        }
    }

    /** True for each peer that was added, and seldom for another one. */
    public static boolean contains(InetSocketAddress peer) {
        int bit = bit(peer.getAddress(), peer.getPort());
        return ((int) WORD.getVolatile(WORDS, bit / Integer.SIZE) & (1 << bit)) != 0;
    }

    private static int bit(InetAddress address, int port) {
        int hash = (31 * address.hashCode() + port) * SPREAD;
        return (hash >>> 12) & (BITS - 1);
    }
}
