package dev.nettest.samples.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;

/** A conversation with one client. The server closes the connection when it returns or throws. */
@FunctionalInterface
public interface Handler {

    void serve(SocketAddress client, InputStream input, OutputStream output) throws IOException;
}
