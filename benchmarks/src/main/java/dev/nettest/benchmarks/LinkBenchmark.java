package dev.nettest.benchmarks;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Impairment;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The cost of a link: one without impairment, which must cost nothing, and one with a latency. */
public class LinkBenchmark {

    private static final int SIZE = 64;
    private static final int CONNECTIONS = 1_000;

    @State(Scope.Thread)
    public static class Pair {
        final ByteBuffer source = ByteBuffer.allocate(SIZE);
        final ByteBuffer target = ByteBuffer.allocate(SIZE);
        Network network;
        ConnectionPair pair;

        @Setup
        public void connect() throws IOException {
            network = Network.create();
            network.defaultLink().impair(Impairment.NONE);
            pair = network.pair();
        }

        @TearDown
        public void close() {
            network.close();
        }
    }

    @State(Scope.Thread)
    public static class Delayed {
        final VirtualClock clock = VirtualClock.manual();
        final ByteBuffer source = ByteBuffer.allocate(SIZE);
        final ByteBuffer target = ByteBuffer.allocate(SIZE);
        final Connection[] writers = new Connection[CONNECTIONS];
        Network network;

        @Setup(Level.Trial)
        public void connect() throws IOException {
            network = Network.create(NetworkConfig.builder().clock(clock).build());
            for (int i = 0; i < CONNECTIONS; i++) {
                writers[i] = network.pair().client();
            }
            network.defaultLink()
                    .impair(Impairment.builder()
                            .latency(Duration.ofMillis(20))
                            .jitter(Duration.ofMillis(5))
                            .build());
        }

        @TearDown
        public void close() {
            network.close();
        }
    }

    /** A write and its read, over a link without impairment. */
    @Benchmark
    public int transferUnimpaired(Pair state) throws IOException {
        state.source.clear();
        state.pair.client().write(state.source);
        state.target.clear();
        return state.pair.server().read(state.target);
    }

    /** A write on each of many connections, the arrivals at unordered instants, and the reads. */
    @Benchmark
    @OperationsPerInvocation(CONNECTIONS)
    public int deliver(Delayed state) throws IOException {
        for (Connection writer : state.writers) {
            writer.write(state.source.clear());
        }
        state.clock.advanceTimeBy(Duration.ofMillis(60)); // long enough for the earlier ACKs, too
        int read = 0;
        for (Connection writer : state.writers) {
            read += writer.peer().tryRead(state.target.clear());
        }
        return read;
    }
}
