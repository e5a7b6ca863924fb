package dev.nettest.socket;

import java.lang.ref.WeakReference;
import java.net.Socket;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The sockets below TLS sockets, because the JDK's TLS socket does not tell. The entries keep nothing alive: a TLS
 * socket holds the socket below it.
 */
final class TlsSockets {

    private static final Map<SSLSocket, WeakReference<Socket>> BELOW = Collections.synchronizedMap(new WeakHashMap<>());

    private TlsSockets() {}

    /** Notes that {@code secure} is layered over {@code below}. */
    static void layered(SSLSocket secure, Socket below) {
        BELOW.put(secure, new WeakReference<>(below));
        NetworkSocket plain = plain(below);
        if (plain != null) {
            plain.secure(secure);
        }
    }

    /** The socket of a network at the bottom of {@code socket}; null if it is not known. */
    static @Nullable NetworkSocket plain(Socket socket) {
        Socket at = socket;
        while (at instanceof SSLSocket) {
            WeakReference<Socket> below = BELOW.get(at);
            at = below == null ? null : below.get();
        }
        return at instanceof NetworkSocket plain ? plain : null;
    }
}
