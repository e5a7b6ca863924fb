package dev.nettest.contract;

/** The two ends of one connection. */
public interface Pair {
    /** The end that dialled; the scripts call it "I". */
    Stream client();

    /** The end that was accepted; the scripts call it "peer". */
    Stream server();

    /** Returns when everything that either end has sent has reached the other. */
    void settle();
}
