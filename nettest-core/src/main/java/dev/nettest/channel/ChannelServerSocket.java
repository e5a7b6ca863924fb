package dev.nettest.channel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;

/** The socket adaptor of a server channel. */
final class ChannelServerSocket extends ServerSocket {

    final NetworkServerSocketChannel channel;

    private ChannelServerSocket(NetworkServerSocketChannel channel) throws IOException {
        this.channel = channel;
    }

    static ChannelServerSocket over(NetworkServerSocketChannel channel) {
        try {
            return new ChannelServerSocket(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
