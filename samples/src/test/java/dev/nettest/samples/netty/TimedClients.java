package dev.nettest.samples.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nettest.Host;
import dev.nettest.Network;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Clients on event loops, 20 ms away from their server. Each method begins something, and returns when it happens. */
final class TimedClients implements AutoCloseable {

    private static final InetSocketAddress SERVER = new InetSocketAddress("10.0.0.5", 7);

    private final Network network;
    private final Host app;
    private final Host db;
    private final EventLoopGroup loops;

    TimedClients(Network network) {
        this.network = network;
        this.app = network.host("app", "10.0.0.2");
        this.db = network.host("db", "10.0.0.5");
        network.link(app, db).latency(Duration.ofMillis(20));
        this.loops = new NetworkEventLoops(network, 2);
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    // snippet: netty-recipes
    /** A task in an hour. */
    CompletableFuture<List<Duration>> task() {
        Times times = new Times(network.clock(), 1);
        loops.schedule(times::add, 1, TimeUnit.HOURS);
        return times.all();
    }

    /** A read timeout of 30 s. The server sends a greeting, and then nothing. */
    CompletableFuture<List<Duration>> readTimeout() {
        listen(Greeter::new).syncUninterruptibly();
        Times times = new Times(network.clock(), 1);
        connect(new ReadTimeoutHandler(30), new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                times.add();
            }
        });
        return times.all();
    }

    /** An idle handler of 30 s. The idle client asks for another greeting. */
    CompletableFuture<List<Duration>> idle() {
        listen(Greeter::new).syncUninterruptibly();
        Times times = new Times(network.clock(), 3);
        connect(new IdleStateHandler(30, 0, 0), new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                times.add();
                context.writeAndFlush(Unpooled.copiedBuffer("?", US_ASCII));
            }
        });
        return times.all();
    }

    /** A connect timeout, 30 s in Netty. The server's host is down. */
    CompletableFuture<List<Duration>> connectTimeout() {
        db.crashSilently();
        Times times = new Times(network.clock(), 1);
        connect().addListener(connect -> times.add());
        return times.all();
    }

    /** Reconnects with back-off. The server starts after 10 s, and closes a connection that is silent for 5 s. */
    CompletableFuture<List<Duration>> reconnects() {
        loops.schedule(() -> listen(() -> new ReadTimeoutHandler(5)), 10, TimeUnit.SECONDS);
        Times attempts = new Times(network.clock(), 6);
        new Reconnector(client(), SERVER, attempts::add).connect();
        return attempts.all();
    }
    // end snippet

    private ChannelFuture listen(Supplier<ChannelHandler> handler) {
        return Bootstraps.server(loops, db, pipeline -> pipeline.addLast(handler.get()))
                .bind(SERVER);
    }

    private ChannelFuture connect(ChannelHandler... handlers) {
        return client(handlers).connect(SERVER);
    }

    private Bootstrap client(ChannelHandler... handlers) {
        return Bootstraps.client(loops.next(), app, pipeline -> pipeline.addLast(handlers));
    }

    /** Greets a new client, and one that asks for it. */
    private static final class Greeter extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(Unpooled.copiedBuffer("hello", US_ASCII));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object question) {
            ReferenceCountUtil.release(question);
            channelActive(context);
        }
    }
}
