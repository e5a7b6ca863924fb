package dev.nettest.contract;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** An unconnected {@link SocketChannel} of any provider. With a timeout it connects through its adaptor. */
record ChannelConnector(SocketChannel channel, ChannelServer.StreamFactory streams) implements Connector {

    @Override
    public Stream connect(SocketAddress address, Duration timeout) throws IOException {
        if (timeout.isZero()) {
            channel.connect(address);
        } else {
            channel.socket().connect(address, Loopback.millis(timeout));
        }
        return streams.of(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }
}
