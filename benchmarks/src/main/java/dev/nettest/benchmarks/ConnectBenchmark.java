package dev.nettest.benchmarks;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Network;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A connect, an accept and the close of both ends, on one thread. */
public class ConnectBenchmark {

    @State(Scope.Thread)
    public static class InMemory {
        Network network;
        Listener listener;

        @Setup
        public void listen() throws IOException {
            network = Network.create();
            listener = network.listen();
        }

        @TearDown
        public void close() {
            network.close();
        }
    }

    @State(Scope.Thread)
    public static class OnLoopback {
        ServerSocketChannel server;

        @Setup
        public void listen() throws IOException {
            server = Loopback.listen();
        }

        @TearDown
        public void close() throws IOException {
            server.close();
        }
    }

    @Benchmark
    public void inMemory(InMemory state) throws IOException {
        Connection client = state.listener.connect();
        Connection accepted = state.listener.accept();
        client.close();
        accepted.close();
    }

    @Benchmark
    public void loopback(OnLoopback state) throws IOException {
        SocketChannel client = SocketChannel.open(state.server.getLocalAddress());
        SocketChannel accepted = state.server.accept();
        client.close();
        accepted.close();
    }
}
