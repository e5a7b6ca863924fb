package dev.nettest.benchmarks;

import dev.nettest.ConnectionPair;
import dev.nettest.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A round trip of one byte between two threads, compared with a bare hand-over by {@code unpark} and {@code park}. */
public class PingPongBenchmark {

    @State(Scope.Thread)
    public static class InMemory {
        final ByteBuffer buffer = ByteBuffer.allocate(1);
        Network network;
        ConnectionPair pair;

        @Setup
        public void connect() throws IOException {
            network = Network.create();
            pair = network.pair();
            Echo.start(pair.server(), ByteBuffer.allocate(1));
        }

        @TearDown
        public void close() {
            network.close();
        }
    }

    @State(Scope.Thread)
    public static class OnLoopback {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(1);
        SocketChannel[] pair;

        @Setup
        public void connect() throws IOException {
            pair = Loopback.pair();
            Echo.start(pair[1], ByteBuffer.allocateDirect(1));
        }

        @TearDown
        public void close() throws IOException {
            pair[0].close();
            pair[1].close();
        }
    }

    /** Two threads that wake each other in turn. An even number is the turn of the benchmark's thread. */
    @State(Scope.Thread)
    public static class Bare {
        private volatile int turn;
        private volatile boolean ended;
        private Thread benchmark;
        private Thread partner;

        @Setup
        public void start() {
            benchmark = Thread.currentThread();
            partner = new Thread(() -> {
                while (awaitTurn(1)) {
                    handOver(benchmark);
                }
            });
            partner.setDaemon(true);
            partner.start();
        }

        private boolean awaitTurn(int mine) {
            while ((turn & 1) != mine && !ended) {
                LockSupport.park(this);
            }
            return !ended;
        }

        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes at a time
        private void handOver(Thread other) {
            turn++;
            LockSupport.unpark(other);
        }

        void roundTrip() {
            handOver(partner);
            awaitTurn(0);
        }

        @TearDown
        public void end() {
            ended = true;
            LockSupport.unpark(partner);
        }
    }

    @Benchmark
    public int inMemory(InMemory state) throws IOException {
        return roundTrip(state.pair.client(), state.buffer);
    }

    @Benchmark
    public int loopback(OnLoopback state) throws IOException {
        return roundTrip(state.pair[0], state.buffer);
    }

    @Benchmark
    public void bareHandOver(Bare state) {
        state.roundTrip();
    }

    private static int roundTrip(ByteChannel channel, ByteBuffer buffer) throws IOException {
        channel.write(buffer.clear());
        return channel.read(buffer.clear());
    }
}
