package dev.nettest.kernel;

/** Decides what the faults do to one operation of one end. Implemented by the API, which knows faults. */
@FunctionalInterface
public interface Judge {

    /**
     * Called outside every lock, by one thread at a time.
     *
     * @param number the operation's number, from 1
     * @param offset bytes that this operation's predecessors, and its own part so far, have moved
     */
    Verdict judge(long number, long offset);
}
