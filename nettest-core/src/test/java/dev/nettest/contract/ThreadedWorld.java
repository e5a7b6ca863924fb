package dev.nettest.contract;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** The sockets of a {@link ThreadedScript}, what can be called on them, and a model that excludes races. */
interface ThreadedWorld extends AutoCloseable {

    List<ThreadedVerb> verbs();

    /**
     * True if the outcome of {@code step} is the same in every run, and can be compared with loopback.
     *
     * @param unfinished the calls that are blocked now
     */
    boolean isDeterministic(ThreadedStep step, List<ThreadedCall> unfinished);

    /** The number of the step, if the model decides that; {@code step}'s own otherwise. */
    default int number(ThreadedStep step) {
        return step.number();
    }

    /** Updates the model before the call. */
    void begins(ThreadedStep step) throws IOException;

    /** Updates the model after the call. */
    void ended(ThreadedCall call);

    /**
     * True if everything that was sent has been delivered.
     *
     * @param calls those that have not {@linkplain #ended ended}, though some have finished
     */
    boolean isSettled(Collection<ThreadedCall> calls);

    /** {@code outcome} with names in place of ports. */
    String named(String outcome);

    /** The actors, in the order in which the end of a script closes them one after the other. */
    List<String> actors(List<ThreadedCall> unfinished);

    /** Closes the socket of an actor, which ends its blocked calls. */
    void closeActor(String actor) throws IOException;

    @Override
    void close() throws IOException;
}
