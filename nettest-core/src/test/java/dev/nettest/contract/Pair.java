package dev.nettest.contract;

/** The two endpoints of one connection. */
public interface Pair {
    /** The endpoint that connected; scripts name it without a prefix. */
    Stream client();

    /** The endpoint that was accepted; scripts name it {@code peer}. */
    Stream server();

    /** Returns when everything that either endpoint has sent has reached the other. */
    void settle();
}
