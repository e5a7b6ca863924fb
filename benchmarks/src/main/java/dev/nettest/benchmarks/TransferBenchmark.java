package dev.nettest.benchmarks;

import dev.nettest.ConnectionPair;
import dev.nettest.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A write of 64 bytes and its read, on one thread: the path that must not allocate. */
public class TransferBenchmark {

    private static final int SIZE = 64;

    @State(Scope.Thread)
    public static class InMemory {
        final ByteBuffer source = ByteBuffer.allocate(SIZE);
        final ByteBuffer target = ByteBuffer.allocate(SIZE);
        Network network;
        ConnectionPair pair;

        @Setup
        public void connect() throws IOException {
            network = Network.create();
            pair = network.pair();
        }

        @TearDown
        public void close() {
            network.close();
        }
    }

    @State(Scope.Thread)
    public static class OnLoopback {
        final ByteBuffer source = ByteBuffer.allocateDirect(SIZE);
        final ByteBuffer target = ByteBuffer.allocateDirect(SIZE);
        SocketChannel[] pair;

        @Setup
        public void connect() throws IOException {
            pair = Loopback.pair();
        }

        @TearDown
        public void close() throws IOException {
            pair[0].close();
            pair[1].close();
        }
    }

    @Benchmark
    public int inMemory(InMemory state) throws IOException {
        return transfer(state.pair.client(), state.pair.server(), state.source, state.target);
    }

    @Benchmark
    public int loopback(OnLoopback state) throws IOException {
        return transfer(state.pair[0], state.pair[1], state.source, state.target);
    }

    private static int transfer(ByteChannel from, ByteChannel to, ByteBuffer source, ByteBuffer target)
            throws IOException {
        source.clear();
        from.write(source);
        target.clear();
        return to.read(target);
    }
}
