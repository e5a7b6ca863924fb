package dev.nettest.benchmarks;

import dev.nettest.ConnectionPair;
import dev.nettest.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Writes of 64 KiB to a thread that reads 64 KiB at a time. Heap buffers in memory, direct buffers on loopback. */
public class BulkBenchmark {

    private static final int SIZE = 64 * 1024;

    @State(Scope.Thread)
    public static class InMemory {
        final ByteBuffer buffer = ByteBuffer.allocate(SIZE);
        Network network;
        ConnectionPair pair;

        @Setup
        public void connect() throws IOException {
            network = Network.create();
            pair = network.pair();
            Echo.startSink(pair.server(), ByteBuffer.allocate(SIZE));
        }

        @TearDown
        public void close() {
            network.close();
        }
    }

    @State(Scope.Thread)
    public static class OnLoopback {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
        SocketChannel[] pair;

        @Setup
        public void connect() throws IOException {
            pair = Loopback.pair();
            Echo.startSink(pair[1], ByteBuffer.allocateDirect(SIZE));
        }

        @TearDown
        public void close() throws IOException {
            pair[0].close();
            pair[1].close();
        }
    }

    @Benchmark
    public int inMemory(InMemory state) throws IOException {
        return state.pair.client().write(state.buffer.clear());
    }

    @Benchmark
    public int loopback(OnLoopback state) throws IOException {
        return state.pair[0].write(state.buffer.clear());
    }
}
