package dev.nettest.internal.link;

/** The traffic that waits at a link: payload bytes of streams and datagrams, and the number of these datagrams. */
public record Backlog(long bytes, int datagrams) {

    public static final Backlog NONE = new Backlog(0, 0);

    public Backlog plus(Backlog other) {
        return new Backlog(bytes + other.bytes, datagrams + other.datagrams);
    }
}
