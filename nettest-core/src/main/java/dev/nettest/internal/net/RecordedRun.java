package dev.nettest.internal.net;

import dev.nettest.Determinism;
import dev.nettest.NetworkClock;
import dev.nettest.NetworkConfig;

/** One run of a {@link Determinism.Block} on a network that records all its events. */
public final class RecordedRun {

    private RecordedRun() {}

    /** Runs {@code block} twice and fails at the first difference. */
    public static void compare(NetworkConfig config, Determinism.Block block) throws Exception {
        NetworkClock shared = config.clock();
        if (shared != null && shared.isVirtual()) {
            throw new IllegalStateException(
                    "the second run would begin where the first left the clock; for a clock per run, use clocks(...)"
                            + " instead of clock(...)");
        }
        EventLog first = record(config, block);
        String difference = first.difference(record(config, block));
        if (difference != null) {
            throw new AssertionError("two runs with seed " + config.seed() + " differ: " + difference);
        }
    }

    private static EventLog record(NetworkConfig config, Determinism.Block block) throws Exception {
        try (NetworkImpl network = NetworkImpl.remembering(config)) {
            if (network.activity().selfAdvancing() != null) {
                network.participate();
            }
            block.run(network);
            return network.history();
        }
    }
}
