package dev.nettest.channel;

import java.net.Socket;

/** The socket adaptor of a channel. */
final class ChannelSocket extends Socket {

    final NetworkSocketChannel channel;

    ChannelSocket(NetworkSocketChannel channel) {
        this.channel = channel;
    }
}
