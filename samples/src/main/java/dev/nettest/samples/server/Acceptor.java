package dev.nettest.samples.server;

import java.io.IOException;
import java.nio.channels.Channel;

/** What a server needs of a listening socket. Closing it, or interrupting the thread, ends an accept that waits. */
public interface Acceptor extends Channel {

    Wire accept() throws IOException;
}
