package dev.nettest;

import dev.nettest.internal.net.RecordedRun;
import java.util.Objects;

/**
 * Checks that a test depends on its seed alone.
 *
 * <pre>{@code
 * Determinism.check(config, network -> {
 *     Listener listener = network.listen("10.0.0.5:80");
 *     network.connect("10.0.0.5:80").close();
 *     listener.accept().close();
 * });
 * }</pre>
 */
public final class Determinism {

    private Determinism() {}

    /** The code to run twice. */
    @FunctionalInterface
    public interface Block {

        /** Runs once on a new network. */
        void run(Network network) throws Exception;
    }

    /**
     * Runs {@code block} twice, each on a new network, and compares the events of both runs.
     *
     * <p>It compares the events of each connection, listener and datagram endpoint in order. The first bytes of each
     * write and send count, and on a virtual clock the instants. {@link TraceDiff} with
     * {@link TraceDiff.Option#OPERATIONS} compares in the same way. It does not compare the order of events of
     * different endpoints at the same instant. Tests with their own randomness, real time or racing threads differ. On
     * a self-advancing clock the current thread is registered during each run.
     *
     * @throws AssertionError at the first difference, with the events before it, both events and the seed
     * @throws IllegalStateException if {@code config} has one virtual clock for all networks: the second run would
     *     begin at the time at which the first ended; use {@link NetworkConfig.Builder#clocks}
     * @throws Exception if {@code block} throws it
     */
    public static void check(NetworkConfig config, Block block) throws Exception {
        RecordedRun.compare(Objects.requireNonNull(config, "config"), Objects.requireNonNull(block, "block"));
    }
}
