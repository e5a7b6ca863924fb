package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.testing.Background;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random scripts of channels and selectors have the same outcomes as on loopback with the present JDK. {@code
 * -Dnettest.contract.channelScripts=50000} runs more scripts, {@code -Dnettest.contract.firstSeed=1234} others.
 */
abstract class ChannelScriptsContract {
    private static final long FIRST_SEED = Long.getLong("nettest.contract.firstSeed", 1);
    private static final int ENOUGH = 3;
    private static final int BATCH = 50;

    /** The number of scripts of each kind, unless the property has one. */
    int scripts() {
        return 10_000;
    }

    /** Opens a new arm, which is compared with loopback. */
    abstract SocketArm open();

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS) // each batch has its own limit
    void streamChannelsBehaveLikeOnLoopback() {
        assertThat(differences(new StreamChannelWorld.Kind())).isEmpty();
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void datagramChannelsBehaveLikeOnLoopback() {
        assertThat(differences(new DatagramChannelWorld.Kind())).isEmpty();
    }

    private <W extends ChannelWorld> List<String> differences(ChannelScript.Kind<W> kind) {
        List<String> differences = new ArrayList<>();
        long end = FIRST_SEED + Integer.getInteger("nettest.contract.channelScripts", scripts());
        for (long seed = FIRST_SEED; seed < end && differences.size() < ENOUGH; seed += BATCH) {
            differences.addAll(differences(kind, seed, Math.min(end, seed + BATCH)));
        }
        return differences;
    }

    /** Runs the batch on a separate thread, so that a blocking call is a failure. */
    private <W extends ChannelWorld> List<String> differences(ChannelScript.Kind<W> kind, long first, long end) {
        AtomicReference<String> current = new AtomicReference<>("");
        Background<List<String>> running = Background.call(() -> {
            List<String> differences = new ArrayList<>();
            for (long seed = first; seed < end && differences.size() < ENOUGH; seed++) {
                ChannelScript<W> script = ChannelScript.random(kind, seed);
                current.set("seed " + seed + ", script " + script);
                String difference = script.difference(this::open);
                if (!difference.isEmpty()) {
                    String shortest = script.shrunk(this::open).difference(this::open);
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
