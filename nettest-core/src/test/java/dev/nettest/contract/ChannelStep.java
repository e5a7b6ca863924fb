package dev.nettest.contract;

/** A step of a {@link ChannelScript}: a verb on an actor. */
record ChannelStep<W extends ChannelWorld>(String actor, ChannelVerb<W> verb, int number) {

    /** Runs the call and returns its outcome, with names in place of ports and without the JDK's own words for null. */
    String run(W world) {
        String outcome = Outcome.of(() -> {
            Object result = verb.call().run(world, actor, number);
            return result == null ? "ok" : result;
        });
        return world.named(outcome.replaceFirst("(?s)(java.lang.NullPointerException).*", "$1"));
    }

    @Override
    public String toString() {
        return actor + "." + verb.name() + (verb.numbers().length > 1 || number != 0 ? " " + number : "");
    }
}
