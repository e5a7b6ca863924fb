package dev.nettest.benchmarks;

import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.CountDownLatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Netty over a network, over its own {@code LocalChannel}, and over NIO on loopback. One event loop has both ends, so
 * that no benchmark measures how threads wake each other.
 */
public class NettyBenchmark {

    private static final int SMALL = 64;
    private static final int LARGE = 64 * 1024;
    private static final int CONNECTS = 100;
    private static final int TRANSFERS = 1_000;

    /** The transport. */
    public enum Transport {
        NETWORK,
        LOCAL,
        NIO
    }

    /** One event loop, and a server that answers or discards what it gets. */
    @State(Scope.Thread)
    public static class Loop {

        @Param
        Transport transport;

        private EventLoopGroup group;
        private ChannelFactory<? extends Channel> clients;
        private SocketAddress address;

        @Setup
        public void start() throws InterruptedException {
            if (transport == Transport.LOCAL) {
                clients = LocalChannel::new;
                bind(LocalIoHandler.newFactory(), LocalServerChannel::new, new LocalAddress(Loop.class));
            } else {
                SelectorProvider provider = transport == Transport.NETWORK
                        ? NetworkChannels.selectorProvider(Network.create())
                        : SelectorProvider.provider();
                clients = () -> new NioSocketChannel(provider);
                bind(
                        NioIoHandler.newFactory(provider),
                        () -> new NioServerSocketChannel(provider),
                        ChannelBenchmark.anyPort());
            }
        }

        private void bind(IoHandlerFactory io, ChannelFactory<? extends ServerChannel> servers, SocketAddress local)
                throws InterruptedException {
            group = new MultiThreadIoEventLoopGroup(1, io);
            address = new ServerBootstrap()
                    .group(group)
                    .channelFactory(servers)
                    .childHandler(new Server())
                    .bind(local)
                    .sync()
                    .channel()
                    .localAddress();
        }

        ChannelFuture connect(ChannelInboundHandlerAdapter handler) {
            return new Bootstrap()
                    .group(group)
                    .channelFactory(clients)
                    .handler(handler)
                    .connect(address);
        }

        @TearDown
        public void stop() {
            group.shutdownGracefully().syncUninterruptibly();
        }
    }

    /** Answers small messages, discards large ones, and closes with its client. */
    private static final class Server extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (((ByteBuf) message).readableBytes() == SMALL) {
                context.writeAndFlush(message, context.voidPromise());
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    }

    /** Connects and closes, one connection after the other. */
    private static final class Connects extends ChannelInboundHandlerAdapter {

        private final Loop loop;
        private final CountDownLatch done = new CountDownLatch(1);
        private int left = CONNECTS;

        Connects(Loop loop) {
            this.loop = loop;
        }

        void next() {
            loop.connect(this);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            left--;
            if (left > 0) {
                next();
            } else {
                done.countDown();
            }
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    }

    /**
     * A connected client that sends a request when it has got the answer to the one before. It sends in a task of its
     * own: a {@code LocalChannel} loses the flush of a client that writes while the server answers in its stack.
     */
    @State(Scope.Thread)
    public static class Echoes extends ChannelInboundHandlerAdapter {

        private Channel client;
        private volatile CountDownLatch done;
        private int left;

        @Setup
        public void connect(Loop loop) throws InterruptedException {
            client = loop.connect(this).sync().channel();
        }

        void run() throws InterruptedException {
            left = TRANSFERS;
            done = new CountDownLatch(1);
            client.eventLoop().execute(this::send);
            done.await();
        }

        private void send() {
            client.writeAndFlush(bytes(client, SMALL), client.voidPromise());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
            left--;
            if (left > 0) {
                client.eventLoop().execute(this::send);
            } else {
                done.countDown();
            }
        }

        @TearDown
        public void close() {
            client.close().syncUninterruptibly();
        }
    }

    /** A connected client that writes when its last write is done. */
    @State(Scope.Thread)
    public static class Bulk extends ChannelInboundHandlerAdapter implements ChannelFutureListener {

        private Channel client;
        private volatile CountDownLatch done;
        private int left;

        @Setup
        public void connect(Loop loop) throws InterruptedException {
            client = loop.connect(this).sync().channel();
        }

        void run() throws InterruptedException {
            left = TRANSFERS;
            done = new CountDownLatch(1);
            client.eventLoop().execute(this::write);
            done.await();
        }

        private void write() {
            client.writeAndFlush(bytes(client, LARGE)).addListener(this);
        }

        @Override
        public void operationComplete(ChannelFuture written) {
            left--;
            if (left > 0) {
                client.eventLoop().execute(this::write); // a listener of a write that is done at once would recurse
            } else {
                done.countDown();
            }
        }

        @TearDown
        public void close() {
            client.close().syncUninterruptibly();
        }
    }

    private static ByteBuf bytes(Channel channel, int size) {
        return channel.alloc().directBuffer(size).writerIndex(size);
    }

    @Benchmark
    @OperationsPerInvocation(CONNECTS)
    public void connect(Loop loop) throws InterruptedException {
        Connects connects = new Connects(loop);
        connects.next();
        connects.done.await();
    }

    @Benchmark
    @OperationsPerInvocation(TRANSFERS)
    public void echo(Echoes echoes) throws InterruptedException {
        echoes.run();
    }

    @Benchmark
    @OperationsPerInvocation(TRANSFERS)
    public void bulk(Bulk bulk) throws InterruptedException {
        bulk.run();
    }
}
