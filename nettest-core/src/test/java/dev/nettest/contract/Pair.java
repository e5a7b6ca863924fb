package dev.nettest.contract;

/** The two endpoints of one connection. */
public interface Pair {
    /** The endpoint that connected; scripts name it without a prefix. */
    Stream client();

    /** The endpoint that was accepted; scripts name it {@code peer}. */
    Stream server();

    /** Returns when everything that either endpoint has sent has reached the other. */
    void settle();

    /** A pair inside this process: written bytes have arrived. */
    static Pair delivered(Stream client, Stream server) {
        return new Pair() {
            @Override
            public Stream client() {
                return client;
            }

            @Override
            public Stream server() {
                return server;
            }

            @Override
            public void settle() {}
        };
    }
}
