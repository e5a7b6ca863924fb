package dev.nettest.samples.grpc;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.samples.netty.NetworkEventLoops;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A gRPC service and its client, both over Netty, with a link of 20 ms between their hosts. */
public final class OrderService implements AutoCloseable {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("10.0.0.5", 50051);

    static final MethodDescriptor<String, String> PLACE = Text.method(MethodType.UNARY, "shop.Orders/Place");

    static final MethodDescriptor<String, String> WATCH = Text.method(MethodType.SERVER_STREAMING, "shop.Orders/Watch");

    /** Complete as soon as the server sees that a watcher has gone. */
    final CompletableFuture<Void> cancelled = new CompletableFuture<>();

    /** The connections of the client. */
    final List<Connection> connections = new CopyOnWriteArrayList<>();

    /** The orders that the server has placed. */
    final AtomicInteger orders = new AtomicInteger();

    final Network network;
    final Host app;
    final Host db;
    private final EventLoopGroup loops;
    private final long begin;
    private final List<Server> servers = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    public OrderService(Network network) {
        this.network = network;
        app = network.host("app", "10.0.0.2");
        db = network.host("db", "10.0.0.5");
        network.link(app, db).latency(Duration.ofMillis(20));
        begin = network.clock().nanoTime();
        loops = new NetworkEventLoops(network, 2);
    }

    // snippet: grpc-netty
    Server start() throws IOException {
        Server server = NettyServerBuilder.forAddress(ADDRESS)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .channelFactory(() -> new NioServerSocketChannel(NetworkEventLoops.provider(db)))
                .executor(network.executor())
                .addService(service())
                .build()
                .start();
        servers.add(server);
        return server;
    }

    NettyChannelBuilder channelBuilder() {
        SelectorProvider provider = NetworkChannels.selectorProvider(app, TimeoutClock.NETWORK, connections::add);
        return NettyChannelBuilder.forAddress(ADDRESS)
                .usePlaintext()
                .eventLoopGroup(loops)
                .channelFactory(() -> new NioSocketChannel(provider))
                .executor(network.executor())
                .offloadExecutor(network.executor());
    }

    /** A deadline on the network's clock. */
    CallOptions within(Duration time) {
        Deadline.Ticker ticker = new Deadline.Ticker() {
            @Override
            public long nanoTime() {
                return network.clock().nanoTime();
            }
        };
        return CallOptions.DEFAULT.withDeadline(Deadline.after(time.toNanos(), TimeUnit.NANOSECONDS, ticker));
    }
    // end snippet

    /** Answers each order at once. A watcher gets an update each second. */
    private ServerServiceDefinition service() {
        return ServerServiceDefinition.builder("shop.Orders")
                .addMethod(PLACE, ServerCalls.asyncUnaryCall((order, reply) -> {
                    reply.onNext(order + ", number " + orders.incrementAndGet());
                    reply.onCompleted();
                }))
                .addMethod(WATCH, ServerCalls.asyncServerStreamingCall((order, updates) -> {
                    ((ServerCallStreamObserver<String>) updates).setOnCancelHandler(() -> cancelled.complete(null));
                    for (String state : List.of("packed", "sent", "delivered")) {
                        updates.onNext(order + " " + state);
                        pause(Duration.ofSeconds(1));
                    }
                }))
                .build();
    }

    private void pause(Duration pause) {
        try {
            network.clock().sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The channel of {@code builder}, until the end of this. */
    ManagedChannel open(NettyChannelBuilder builder) {
        ManagedChannel channel = builder.build();
        channels.add(channel);
        return channel;
    }

    static CompletableFuture<String> place(Channel channel, CallOptions options, String order) {
        Reply reply = new Reply();
        ClientCalls.asyncUnaryCall(channel.newCall(PLACE, options), order, reply);
        return reply.future;
    }

    // snippet: grpc-deadline
    /** The first call connects. The second is lost in a partition. */
    public CompletableFuture<String> deadline() throws IOException {
        start();
        ManagedChannel channel = open(channelBuilder());
        return place(channel, CallOptions.DEFAULT, "a piano")
                .thenCompose(reply -> {
                    network.partition(app, db);
                    return place(channel, within(Duration.ofSeconds(30)), "a stool");
                })
                .handle((reply, failure) -> Status.fromThrowable(failure).getCode() + " at " + passed());
    }
    // end snippet

    /** The time since the begin of the test. */
    Duration passed() {
        return Duration.ofNanos(network.clock().nanoTime() - begin);
    }

    @Override
    public void close() {
        try {
            for (ManagedChannel channel : channels) {
                channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            }
            for (Server server : servers) {
                server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Reply implements StreamObserver<String> {

        private final CompletableFuture<String> future = new CompletableFuture<>();
        private String message;

        @Override
        public void onNext(String next) {
            message = next;
        }

        @Override
        public void onError(Throwable failure) {
            future.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            future.complete(message);
        }
    }
}
