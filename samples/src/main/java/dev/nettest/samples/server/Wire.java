package dev.nettest.samples.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;

/** A connected socket as a server needs it. A close ends a waiting read or write. */
public interface Wire extends Closeable {

    SocketAddress remoteAddress();

    InputStream input() throws IOException;

    OutputStream output() throws IOException;
}
