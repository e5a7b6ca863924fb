package dev.nettest;

/** Says, with the failure of a test, how its network's dice were thrown. */
final class SeedOfFailure extends Exception {

    private static final long serialVersionUID = 1;

    SeedOfFailure(Network network) {
        super(
                "the network of this test had seed " + network.seed() + " and the " + network.clock(),
                null,
                false,
                false);
    }
}
