package dev.nettest.contract;

/** One call on one actor of a {@link SocketScriptRunner}: {@code p.read 100}. The verb interprets the number. */
record SocketStep(String actor, SocketVerb verb, int number) {

    /** The outcome as text: the returned value, or the exception. */
    String run(SocketScriptRunner runner) {
        return runner.named(Outcome.of(() -> verb.call().run(runner, actor, number)));
    }

    @Override
    public String toString() {
        return actor + "." + verb.name() + (verb.numbers().length > 1 ? " " + number : "");
    }
}
