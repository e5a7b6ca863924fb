package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.testing.Background;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random scripts in which several threads call the methods of one socket, some of them blocked, lead to the same on a
 * network as on loopback with the present JDK: every value, exception and text, and every call that is still blocked.
 * {@code -Dnettest.contract.threadedScripts=20000} runs more scripts, {@code -Dnettest.contract.firstSeed=1234} others.
 */
class ThreadedScriptsTest {
    private static final int SCRIPTS = Integer.getInteger("nettest.contract.threadedScripts", 200);
    private static final long FIRST_SEED = Long.getLong("nettest.contract.firstSeed", 1);
    private static final int ENOUGH = 3;

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS) // each script has its own limit
    void streamSocketsBehaveLikeOnLoopback() {
        assertThat(differences(StreamWorld::new, SCRIPTS)).isEmpty();
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void datagramSocketsBehaveLikeOnLoopback() {
        assertThat(differences(DatagramWorld::new, SCRIPTS)).isEmpty();
    }

    /** The differences of the first ones of {@code scripts} that differ. */
    static List<String> differences(ThreadedScript.Factory factory, int scripts) {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux"), "the expected texts are those of the Linux kernel");
        List<String> differences = new ArrayList<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + scripts && differences.size() < ENOUGH; seed++) {
            String difference = difference(factory, seed);
            if (!difference.isEmpty()) {
                differences.add("seed " + seed + "\n" + difference);
            }
        }
        return differences;
    }

    /** Runs the script on a separate thread, so that a blocking call is a failure. */
    private static String difference(ThreadedScript.Factory factory, long seed) {
        AtomicReference<Object> current = new AtomicReference<>("while it is made");
        Background<String> running = Background.call(() -> {
            ThreadedScript script = ThreadedScript.random(factory, seed);
            current.set(script);
            return script.difference();
        });
        try {
            return running.result().isEmpty() ? "" : shortest(factory, seed, running.result());
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ", script " + current.get(), e);
        }
    }

    /** The difference of the shortest script that still differs; {@code difference} if it is not repeatable. */
    private static String shortest(ThreadedScript.Factory factory, long seed, String difference) {
        try {
            String shortest = ThreadedScript.random(factory, seed).shrunk().difference();
            return shortest.isEmpty() ? difference : shortest;
        } catch (Exception e) {
            throw new AssertionError("the script of seed " + seed + " cannot be shortened:\n" + difference, e);
        }
    }
}
