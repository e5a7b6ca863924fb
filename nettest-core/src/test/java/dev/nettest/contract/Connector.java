package dev.nettest.contract;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/** An endpoint that is not connected yet, so that a test can close it while it connects. */
public interface Connector extends Closeable {
    /** Connects; zero means no timeout. */
    Stream connect(SocketAddress address, Duration timeout) throws IOException;

    @Override
    void close() throws IOException;

    boolean isOpen();
}
