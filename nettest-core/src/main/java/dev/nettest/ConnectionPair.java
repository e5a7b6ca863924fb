package dev.nettest;

import java.util.Objects;

/**
 * The two ends of a connection without a listener.
 *
 * @param client the end in the role of the connecting side
 * @param server the end in the role of the accepting side
 */
public record ConnectionPair(Connection client, Connection server) {

    /** Creates a pair. */
    public ConnectionPair {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(server, "server");
    }
}
