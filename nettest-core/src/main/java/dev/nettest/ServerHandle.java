package dev.nettest;

import dev.nettest.internal.net.ServerImpl;
import java.util.List;

/** A server made by {@link Listener#serve}. Any thread may call any method at any time; none waits. */
public sealed interface ServerHandle extends AutoCloseable permits ServerImpl {

    /** The listener, which stays open after {@link #close()}. */
    Listener listener();

    /** All connections that were accepted, in order, closed ones too. */
    List<Connection> connections();

    /** Accepts no further connections, and closes those whose handlers still run. Idempotent. */
    @Override
    void close();
}
