package dev.nettest.socket;

import dev.nettest.Connection;
import java.io.IOException;
import java.net.Socket;

/** The JDK's socket over {@link StreamSocketImpl}. */
final class NetworkSocket extends Socket {

    private final StreamSocketImpl impl;

    NetworkSocket(StreamSocketImpl impl) throws IOException {
        super(impl);
        this.impl = impl;
        impl.shownAs(this);
    }

    /** A socket over a connection that is there already. */
    static NetworkSocket over(Connection connection) throws IOException {
        StreamSocketImpl impl = new StreamSocketImpl(connection.network().localhost(), dialling -> {});
        NetworkSocket socket = new NetworkSocket(impl);
        impl.adopt(connection);
        socket.connect(connection.remoteAddress()); // with nothing left to do, but the JDK's socket learns of it
        return socket;
    }

    Connection connection() {
        return impl.connection();
    }
}
