package dev.nettest.network;

import dev.nettest.Connection;
import dev.nettest.Listener;
import java.io.IOException;

/** Code under test that leaks. */
final class Acceptor {
    private Acceptor() {}

    static Connection accept(Listener listener) throws IOException {
        return listener.accept();
    }
}
