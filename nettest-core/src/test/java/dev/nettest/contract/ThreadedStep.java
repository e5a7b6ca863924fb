package dev.nettest.contract;

/** A step of a {@link ThreadedScript}: the thread {@code slot} calls a verb of a {@link ThreadedWorld} on an actor. */
record ThreadedStep(String slot, String actor, ThreadedVerb verb, int number) {

    @Override
    public String toString() {
        return slot + ": " + actor + "." + verb.name() + (verb.numbers().length > 1 || number != 0 ? " " + number : "");
    }
}
