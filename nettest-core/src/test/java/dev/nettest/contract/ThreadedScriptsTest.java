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
    private static final int SCRIPTS = Integer.getInteger("nettest.contract.threadedScripts", 250);
    private static final long FIRST_SEED = Long.getLong("nettest.contract.firstSeed", 1);
    private static final int ENOUGH = 3;
    private static final int BATCH = 50;

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS) // each batch has its own limit
    void streamSocketsBehaveLikeOnLoopback() {
        assertThat(differences(StreamWorld::new)).isEmpty();
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void datagramSocketsBehaveLikeOnLoopback() {
        assertThat(differences(DatagramWorld::new)).isEmpty();
    }

    private static List<String> differences(ThreadedScript.Factory factory) {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux"), "the expected texts are those of the Linux kernel");
        List<String> differences = new ArrayList<>();
        long end = FIRST_SEED + SCRIPTS;
        for (long seed = FIRST_SEED; seed < end && differences.size() < ENOUGH; seed += BATCH) {
            differences.addAll(differences(factory, seed, Math.min(end, seed + BATCH)));
        }
        return differences;
    }

    /** Runs the batch on a separate thread, so that a blocking call is a failure. */
    private static List<String> differences(ThreadedScript.Factory factory, long first, long end) {
        AtomicReference<String> current = new AtomicReference<>("");
        Background<List<String>> running = Background.call(() -> {
            List<String> differences = new ArrayList<>();
            for (long seed = first; seed < end && differences.size() < ENOUGH; seed++) {
                current.set("making the script of seed " + seed);
                ThreadedScript script = ThreadedScript.random(factory, seed);
                current.set("seed " + seed + ", script " + script);
                String difference = script.difference();
                if (!difference.isEmpty()) {
                    String shortest = script.shrunk().difference();
                    differences.add("seed " + seed + "\n" + (shortest.isEmpty() ? difference : shortest));
                }
            }
            return differences;
        });
        try {
            return running.result();
        } catch (AssertionError e) {
            throw new AssertionError(current.get(), e);
        }
    }
}
