package dev.nettest.channel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Impairment;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.TimeoutClock;
import dev.nettest.VirtualClock;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Asynchronous channels on virtual time. */
class AsynchronousTimeTest {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("10.0.0.1", 80);
    private static final Duration LATENCY = Duration.ofMillis(20);

    /** The kinds of groups. */
    enum Threads {
        DEFAULT,
        FIXED,
        EXECUTOR;

        /** Null for the default group. */
        AsynchronousChannelGroup group(AsynchronousChannelProvider provider, Network network) throws Exception {
            return switch (this) {
                case DEFAULT -> null;
                case FIXED -> provider.openAsynchronousChannelGroup(2, Executors.defaultThreadFactory());
                case EXECUTOR -> provider.openAsynchronousChannelGroup(network.newExecutor(), 0);
            };
        }
    }

    private static Network networkOn(VirtualClock clock) {
        return Network.create(NetworkConfig.builder().clock(clock).build());
    }

    private static AsynchronousSocketChannel connected(AsynchronousChannelProvider provider, Listener listener)
            throws Exception {
        AsynchronousSocketChannel client = provider.openAsynchronousSocketChannel(null);
        client.connect(listener.localAddress()).get();
        return client;
    }

    @ParameterizedTest
    @EnumSource
    void roundTripsTakeTheirLatencyAndNothingMore(Threads threads) throws Exception {
        VirtualClock clock = VirtualClock.selfAdvancing();
        try (Network network = networkOn(clock)) {
            network.participate();
            Host api = network.host("api", "10.0.0.1");
            Host app = network.host("app", "10.0.0.2");
            network.link("api", "app").impair(Impairment.latency(LATENCY));
            AsynchronousChannelProvider ofServer = NetworkChannels.asynchronousChannelProvider(api);
            AsynchronousChannelProvider ofClient = NetworkChannels.asynchronousChannelProvider(app);
            AsynchronousChannelGroup serving = threads.group(ofServer, network);
            AsynchronousServerSocketChannel server = AsynchronousEchoServer.start(ofServer, serving, ADDRESS);
            try (AsynchronousSocketChannel client =
                    ofClient.openAsynchronousSocketChannel(threads.group(ofClient, network))) {
                client.connect(ADDRESS).get();
                assertThat(clock.nanoTime()).isEqualTo(LATENCY.toNanos() * 2);
                ByteBuffer answer = ByteBuffer.allocate(16);
                for (int i = 0; i < 10; i++) {
                    client.write(ByteBuffer.wrap("ping".getBytes(US_ASCII))).get();
                    assertThat(client.read(answer.clear()).get()).isEqualTo(4);
                }
                assertThat(clock.nanoTime()).isEqualTo(LATENCY.toNanos() * 22);
            }
            server.close();
        }
    }

    @Test
    void aReadTimesOutAtItsInstantOnASelfAdvancingClock() throws Exception {
        VirtualClock clock = VirtualClock.selfAdvancing();
        try (Network network = networkOn(clock)) {
            network.participate();
            Listener listener = network.listen("10.0.0.1:80");
            AsynchronousSocketChannel client =
                    connected(NetworkChannels.asynchronousChannelProvider(network), listener);
            CompletionRecord<Integer> read = new CompletionRecord<>();
            client.read(ByteBuffer.allocate(1), 30, TimeUnit.SECONDS, null, read);
            network.awaitUntil(read::isDone, Duration.ofHours(1));
            assertThat(clock.nanoTime()).isEqualTo(TimeUnit.SECONDS.toNanos(30));
            assertThat(read.failure()).isExactlyInstanceOf(InterruptedByTimeoutException.class);
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("Reading not allowed due to timeout or cancellation");
            client.close();
        }
    }

    @Test
    void aWriteTimesOutOnAManualClock() throws Exception {
        VirtualClock clock = VirtualClock.manual();
        try (Network network = networkOn(clock)) {
            Listener listener = network.listen("10.0.0.1:80").receiveBufferSize(1);
            AsynchronousSocketChannel client =
                    connected(NetworkChannels.asynchronousChannelProvider(network), listener);
            client.write(ByteBuffer.allocate(1)).get();
            CompletionRecord<Integer> write = new CompletionRecord<>();
            client.write(ByteBuffer.allocate(1), 5, TimeUnit.SECONDS, null, write);
            clock.advanceTimeBy(Duration.ofMillis(4_999));
            network.awaitIdle();
            assertThat(write.isDone()).isFalse();
            clock.advanceTimeBy(Duration.ofMillis(1));
            network.awaitIdle();
            assertThat(write.isDone()).isTrue();
            assertThat(write.failure()).isExactlyInstanceOf(InterruptedByTimeoutException.class);
            assertThatThrownBy(() -> client.write(ByteBuffer.allocate(1)))
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("Writing not allowed due to timeout or cancellation");
            client.close();
        }
    }

    @Test
    void aReadThatCompletesDisarmsItsTimeout() throws Exception {
        VirtualClock clock = VirtualClock.manual();
        try (Network network = networkOn(clock)) {
            Listener listener = network.listen("10.0.0.1:80");
            AsynchronousSocketChannel client =
                    connected(NetworkChannels.asynchronousChannelProvider(network), listener);
            Connection server = listener.accept();
            CompletionRecord<Integer> read = new CompletionRecord<>();
            client.read(ByteBuffer.allocate(1), 5, TimeUnit.SECONDS, null, read);
            server.write(ByteBuffer.allocate(1));
            network.awaitIdle();
            assertThat(read.get()).isEqualTo(1);
            Future<Integer> next = client.read(ByteBuffer.allocate(1));
            clock.advanceTimeBy(Duration.ofSeconds(5));
            network.awaitIdle();
            assertThat(next.isDone()).isFalse();
            server.write(ByteBuffer.allocate(1));
            assertThat(next.get()).isEqualTo(1);
            client.close();
        }
    }

    @Test
    void aFutureTimesOutInVirtualTime() throws Exception {
        VirtualClock clock = VirtualClock.selfAdvancing();
        try (Network network = networkOn(clock)) {
            network.participate();
            Listener listener = network.listen("10.0.0.1:80");
            AsynchronousSocketChannel client =
                    connected(NetworkChannels.asynchronousChannelProvider(network), listener);
            Future<Integer> read = client.read(ByteBuffer.allocate(1));
            assertThatThrownBy(() -> read.get(1, TimeUnit.HOURS)).isExactlyInstanceOf(TimeoutException.class);
            assertThat(clock.nanoTime()).isEqualTo(TimeUnit.HOURS.toNanos(1));
            listener.accept().write(ByteBuffer.allocate(1));
            assertThat(read.get()).isEqualTo(1);
            client.close();
        }
    }

    @Test
    void timeoutsInRealTimePassOnAStandingClock() throws Exception {
        VirtualClock clock = VirtualClock.manual();
        try (Network network = networkOn(clock)) {
            Listener listener = network.listen("10.0.0.1:80");
            AsynchronousChannelProvider provider = NetworkChannels.asynchronousChannelProvider(
                    network.localhost(), TimeoutClock.SYSTEM, connection -> {});
            AsynchronousSocketChannel client = connected(provider, listener);
            Future<Integer> pending = client.read(ByteBuffer.allocate(1));
            assertThatThrownBy(() -> pending.get(1, TimeUnit.MILLISECONDS)).isExactlyInstanceOf(TimeoutException.class);
            client.close();
            AsynchronousSocketChannel other = connected(provider, listener);
            CompletionRecord<Integer> read = new CompletionRecord<>();
            other.read(ByteBuffer.allocate(1), 1, TimeUnit.MILLISECONDS, null, read);
            assertThat(read.failure()).isExactlyInstanceOf(InterruptedByTimeoutException.class);
            assertThat(clock.nanoTime()).isZero();
            other.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void timeStandsWhileAHandlerRuns(Threads threads) throws Exception {
        VirtualClock clock = VirtualClock.selfAdvancing();
        try (Network network = networkOn(clock)) {
            network.participate();
            AsynchronousChannelProvider provider = NetworkChannels.asynchronousChannelProvider(network);
            AsynchronousServerSocketChannel server = AsynchronousEchoServer.start(provider, null, ADDRESS);
            AsynchronousSocketChannel client = provider.openAsynchronousSocketChannel(threads.group(provider, network));
            client.connect(ADDRESS).get();
            CompletionRecord<Long> moved = new CompletionRecord<>();
            CompletionRecord<Integer> timeout = new CompletionRecord<>();
            client.read(ByteBuffer.allocate(1), 1, TimeUnit.SECONDS, null, timeout);
            client.write(ByteBuffer.allocate(1), clock.nanoTime(), new CompletionHandler<>() {
                @Override
                public void completed(Integer count, Long began) {
                    for (int i = 0; i < 1_000; i++) {
                        Thread.onSpinWait();
                    }
                    moved.completed(clock.nanoTime() - began, null);
                }

                @Override
                public void failed(Throwable failure, Long began) {
                    moved.failed(failure, null);
                }
            });
            network.awaitUntil(moved::isDone);
            assertThat(moved.get()).isZero();
            client.close();
            server.close();
        }
    }

    @Test
    void aDelayedReadTakesItsTime() throws Exception {
        VirtualClock clock = VirtualClock.selfAdvancing();
        try (Network network = networkOn(clock)) {
            network.participate();
            Listener listener = network.listen("10.0.0.1:80");
            AsynchronousSocketChannel client =
                    connected(NetworkChannels.asynchronousChannelProvider(network), listener);
            NetworkChannels.connection(client).faults().read(Fault.drip(1, Duration.ofSeconds(1)));
            listener.accept().write(ByteBuffer.allocate(4));
            ByteBuffer read = ByteBuffer.allocate(4);
            while (read.hasRemaining()) {
                assertThat(client.read(read).get()).isEqualTo(1);
            }
            assertThat(clock.nanoTime()).isEqualTo(TimeUnit.SECONDS.toNanos(3));
            client.close();
        }
    }

    @Test
    void aTimeoutDuringAStallCompletesTheRead() throws Exception {
        VirtualClock clock = VirtualClock.selfAdvancing();
        try (Network network = networkOn(clock)) {
            network.participate();
            Listener listener = network.listen("10.0.0.1:80");
            AsynchronousSocketChannel client =
                    connected(NetworkChannels.asynchronousChannelProvider(network), listener);
            NetworkChannels.connection(client).faults().read(Fault.stall());
            listener.accept().write(ByteBuffer.allocate(4));
            CompletionRecord<Integer> read = new CompletionRecord<>();
            client.read(ByteBuffer.allocate(1), 2, TimeUnit.SECONDS, null, read);
            network.awaitUntil(read::isDone, Duration.ofHours(1));
            assertThat(read.failure()).isExactlyInstanceOf(InterruptedByTimeoutException.class);
            assertThat(clock.nanoTime()).isEqualTo(TimeUnit.SECONDS.toNanos(2));
            client.close();
        }
    }
}
