package dev.nettest.channel;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.spi.AsynchronousChannelProvider;

/** An echo server made of completion handlers, as in the tutorials of NIO.2. */
final class AsynchronousEchoServer implements CompletionHandler<AsynchronousSocketChannel, Void> {

    private final AsynchronousServerSocketChannel server;

    private AsynchronousEchoServer(AsynchronousServerSocketChannel server) {
        this.server = server;
    }

    /** Accepts until the returned channel is closed. */
    static AsynchronousServerSocketChannel start(
            AsynchronousChannelProvider provider, AsynchronousChannelGroup group, SocketAddress address)
            throws IOException {
        AsynchronousServerSocketChannel server = provider.openAsynchronousServerSocketChannel(group);
        server.bind(address);
        server.accept(null, new AsynchronousEchoServer(server));
        return server;
    }

    @Override
    public void completed(AsynchronousSocketChannel accepted, Void none) {
        server.accept(null, this);
        ByteBuffer buffer = ByteBuffer.allocate(16);
        accepted.read(buffer, null, new Echo(accepted, buffer));
    }

    @Override
    public void failed(Throwable failure, Void none) {
        // the server is closed
    }

    /** Reads and writes in turn. */
    private static final class Echo implements CompletionHandler<Integer, Void> {

        private final AsynchronousSocketChannel channel;
        private final ByteBuffer buffer;
        private boolean writes;

        Echo(AsynchronousSocketChannel channel, ByteBuffer buffer) {
            this.channel = channel;
            this.buffer = buffer;
        }

        @Override
        public void completed(Integer count, Void none) {
            if (count < 0) {
                close();
            } else if (!writes) {
                writes = true;
                channel.write(buffer.flip(), null, this);
            } else if (buffer.hasRemaining()) {
                channel.write(buffer, null, this);
            } else {
                writes = false;
                channel.read(buffer.clear(), null, this);
            }
        }

        @Override
        public void failed(Throwable failure, Void none) {
            close();
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
