package dev.nettest;

/**
 * Two ends of one connection that needed no listener.
 *
 * @param client the end that would have dialled
 * @param server the end that would have been accepted
 */
public record ConnectionPair(Connection client, Connection server) {}
