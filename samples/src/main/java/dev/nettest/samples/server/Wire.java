package dev.nettest.samples.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;

/** What a server needs of a connected socket. Closing it ends a read or write that waits. */
public interface Wire extends Closeable {

    SocketAddress remoteAddress();

    InputStream input() throws IOException;

    OutputStream output() throws IOException;
}
