package dev.nettest.internal.name;

/** A range of ephemeral ports, handed out in ascending order and starting again at the end. Guarded by its owner. */
final class EphemeralPorts {

    private final int first;
    private final int last;
    private int next;

    EphemeralPorts(int first, int last) {
        this.first = first;
        this.last = last;
        this.next = first;
    }

    boolean contains(int port) {
        return port >= first && port <= last;
    }

    /** The next port, bound or not. */
    int next() {
        int port = next;
        next = port == last ? first : port + 1;
        return port;
    }

    /** The number of ports in the range. */
    int count() {
        return last - first + 1;
    }
}
