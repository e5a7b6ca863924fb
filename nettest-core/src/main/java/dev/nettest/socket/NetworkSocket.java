package dev.nettest.socket;

import dev.nettest.Connection;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A {@code java.net} socket over {@link StreamSocketImpl}. */
final class NetworkSocket extends Socket {

    private final StreamSocketImpl impl;
    private volatile @Nullable SSLSocket secure;

    NetworkSocket(StreamSocketImpl impl) throws IOException {
        super(impl);
        this.impl = impl;
        impl.attach(this);
    }

    /** A socket over an existing connection. */
    static NetworkSocket over(Connection connection) throws IOException {
        StreamSocketImpl impl = new StreamSocketImpl(connection.network().localhost(), connecting -> {});
        NetworkSocket socket = new NetworkSocket(impl);
        impl.adopt(connection);
        socket.connect(connection.remoteAddress()); // no handshake; sets the state of the JDK's socket
        return socket;
    }

    /** @param layer the TLS socket over this one */
    void secure(SSLSocket layer) {
        secure = layer;
    }

    /** The TLS socket over this one; null if there is none. */
    @Nullable
    SSLSocket secure() {
        return secure;
    }

    Connection connection() {
        return impl.connection();
    }
}
