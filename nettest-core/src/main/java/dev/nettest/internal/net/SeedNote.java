package dev.nettest.internal.net;

/** The network's seed and clock, suppressed in a test's failure so that the run can be repeated. */
final class SeedNote extends Exception {

    private static final long serialVersionUID = 1;

    SeedNote(NetworkImpl network) {
        super(
                "the network of this test had seed " + network.seed() + " and the " + network.clock(),
                null,
                false,
                false);
    }
}
