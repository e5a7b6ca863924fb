package dev.nettest.contract;

/** One call on one actor of a {@link SocketWorld}: {@code p.read 100}. What the number means is the verb's business. */
record SocketStep(String actor, SocketVerb verb, int number) {

    /** In the world it comes to a text: what was returned, or the exception. */
    String run(SocketWorld world) {
        return world.named(Outcome.of(() -> verb.call().run(world, actor, number)));
    }

    @Override
    public String toString() {
        return actor + "." + verb.name() + (verb.numbers().length > 1 ? " " + number : "");
    }
}
