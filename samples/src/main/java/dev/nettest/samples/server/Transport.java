package dev.nettest.samples.server;

import java.io.IOException;
import java.net.SocketAddress;

/** Makes the listening socket of a server: {@link Sockets} in production, {@link InMemory} in tests. */
@FunctionalInterface
public interface Transport {

    Acceptor listen(SocketAddress address) throws IOException;
}
