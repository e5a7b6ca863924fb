package dev.nettest;

/**
 * A thread takes part in a network, until this is closed; see {@link Network#participate()}. Closing is idempotent, and up to any
 * thread; the network closes what is still open when it is closed itself.
 */
public final class Participation implements AutoCloseable {

    private final Runnable end;

    Participation(Runnable end) {
        this.end = end;
    }

    @Override
    public void close() {
        end.run();
    }
}
