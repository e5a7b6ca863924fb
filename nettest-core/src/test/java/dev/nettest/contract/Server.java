package dev.nettest.contract;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/** A bound listener. */
public interface Server extends Closeable {
    /** Blocks, up to the timeout if one is set. */
    Stream accept() throws IOException;

    /** The timeout of later accepts; zero for none. */
    void acceptTimeout(Duration timeout) throws IOException;

    SocketAddress address() throws IOException;

    @Override
    void close() throws IOException;

    boolean isOpen();
}
