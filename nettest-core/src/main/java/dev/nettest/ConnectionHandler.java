package dev.nettest;

/** The server's part of a connection, for {@link Listener#serve}. */
@FunctionalInterface
public interface ConnectionHandler {

    /**
     * Serves one connection, which is closed afterwards. Runs on a registered thread of the network, and may wait.
     *
     * @throws Exception a failure of the connection ends only this connection; anything else fails the close of the
     *     network, see {@link Listener#serve}
     */
    void handle(Connection connection) throws Exception;
}
