package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random scripts in which several threads call the methods of blocking channels lead to the same as on loopback. See
 * {@link ThreadedScriptsTest} for the system properties.
 */
abstract class BlockingChannelScriptsContract {

    /** Opens a new arm, which is compared with loopback. */
    abstract ThreadedArm open(boolean virtual);

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS) // each script has its own limit
    void streamChannelsBehaveLikeOnLoopback() {
        assertNoDifference(BlockingChannelWorld::new);
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void adaptorsOfStreamChannelsBehaveLikeOnLoopback() {
        assertNoDifference(arm -> new StreamWorld(new AdaptorArm(arm.sockets())));
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void adaptorsOfDatagramChannelsBehaveLikeOnLoopback() {
        assertNoDifference(arm -> new DatagramWorld(new AdaptorArm(arm.sockets()), arm.isVirtual()));
    }

    private void assertNoDifference(ThreadedScript.Factory worlds) {
        assertThat(ThreadedScriptsTest.differences(new ThreadedScript.Factory() {
                    @Override
                    public ThreadedWorld world(ThreadedArm arm) throws Exception {
                        return worlds.world(arm);
                    }

                    @Override
                    public ThreadedArm arm(boolean virtual) {
                        return open(virtual);
                    }
                }))
                .isEmpty();
    }
}
