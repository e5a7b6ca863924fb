package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random scripts in which several threads call the methods of blocking channels lead to the same on a network as on
 * loopback. {@code -Dnettest.contract.channelThreads=5000} runs more scripts, {@code -Dnettest.contract.firstSeed=1234}
 * others.
 */
class BlockingChannelScriptsTest {
    private static final int SCRIPTS = Integer.getInteger("nettest.contract.channelThreads", 50);

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS) // each script has its own limit
    void streamChannelsBehaveLikeOnLoopback() {
        assertThat(ThreadedScriptsTest.differences(BlockingChannelWorld::new, SCRIPTS))
                .isEmpty();
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void adaptorsOfStreamChannelsBehaveLikeOnLoopback() {
        assertThat(ThreadedScriptsTest.differences(arm -> new StreamWorld(new AdaptorArm(arm.sockets())), SCRIPTS))
                .isEmpty();
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void adaptorsOfDatagramChannelsBehaveLikeOnLoopback() {
        assertThat(ThreadedScriptsTest.differences(
                        arm -> new DatagramWorld(new AdaptorArm(arm.sockets()), arm.isVirtual()), SCRIPTS))
                .isEmpty();
    }
}
