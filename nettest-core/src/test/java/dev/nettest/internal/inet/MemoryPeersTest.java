package dev.nettest.internal.inet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** Peers in memory are never taken for real ones, and real ones seldom for peers in memory. */
class MemoryPeersTest {
    private static InetAddress address(int first, int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {(byte) first, 1, 2, (byte) last});
    }

    @Test
    void eachPeerThatWasAddedIsFound() throws UnknownHostException {
        for (int i = 0; i < 1000; i++) {
            MemoryPeers.add(address(203, i), 49_152 + i);
        }

        int others = 0;
        for (int i = 0; i < 1000; i++) {
            assertThat(MemoryPeers.contains(new InetSocketAddress(address(203, i), 49_152 + i)))
                    .isTrue();
            others += MemoryPeers.contains(new InetSocketAddress(address(198, i), 1024 + i)) ? 1 : 0;
        }

        // other tests of this process add peers too: with 16,000 of them, about 16 of 1,000 are found by chance
        assertThat(others).isLessThan(50);
    }
}
