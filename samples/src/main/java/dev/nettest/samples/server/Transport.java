package dev.nettest.samples.server;

import java.io.IOException;
import java.net.SocketAddress;

/** Where a server listens: {@link Sockets} in production, {@link InMemory} in tests. The server does not know which. */
@FunctionalInterface
public interface Transport {

    Acceptor listen(SocketAddress address) throws IOException;
}
