package dev.nettest;

/**
 * The two ends of a connection without a listener.
 *
 * @param client the end in the role of the connecting side
 * @param server the end in the role of the accepting side
 */
public record ConnectionPair(Connection client, Connection server) {}
