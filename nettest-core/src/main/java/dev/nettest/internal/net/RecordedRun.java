package dev.nettest.internal.net;

import dev.nettest.Determinism;
import dev.nettest.NetworkClock;
import dev.nettest.NetworkConfig;
import dev.nettest.Trace;
import dev.nettest.TraceDiff;

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
        Trace first = record(config, block);
        Trace second = record(config, block);
        TraceDiff diff = first.virtualTime()
                ? TraceDiff.between(first, second, TraceDiff.Option.OPERATIONS, TraceDiff.Option.TIMES)
                : TraceDiff.between(first, second, TraceDiff.Option.OPERATIONS);
        if (!diff.isEmpty()) {
            throw new AssertionError("two runs with seed " + config.seed() + " differ: " + diff);
        }
    }

    private static Trace record(NetworkConfig config, Determinism.Block block) throws Exception {
        try (NetworkImpl network = NetworkImpl.recordingAll(config)) {
            if (network.activity().selfAdvancing() != null) {
                network.participate();
            }
            block.run(network);
            return network.trace();
        }
    }
}
