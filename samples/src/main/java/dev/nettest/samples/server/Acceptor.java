package dev.nettest.samples.server;

import java.io.IOException;
import java.nio.channels.Channel;

/** A listening socket as a server needs it. A close or an interrupt of the thread ends a waiting accept. */
public interface Acceptor extends Channel {

    Wire accept() throws IOException;
}
