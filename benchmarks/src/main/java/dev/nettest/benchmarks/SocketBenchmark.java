package dev.nettest.benchmarks;

import dev.nettest.Network;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The jobs of the other benchmarks with {@code java.net} sockets: those of a network and those of the JDK. */
public class SocketBenchmark {

    private static final int SMALL = 64;
    private static final int LARGE = 64 * 1024;

    /** A server socket and sockets connected to it. */
    public abstract static class Sockets {
        private final SocketFactory clients;
        private final ServerSocketFactory servers;
        ServerSocket server;

        Sockets(SocketFactory clients, ServerSocketFactory servers) {
            this.clients = clients;
            this.servers = servers;
        }

        @Setup
        public void start() throws IOException {
            server = servers.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        }

        /** Two connected ends without Nagle's algorithm. */
        Socket[] pair() throws IOException {
            Socket client = clients.createSocket(server.getInetAddress(), server.getLocalPort());
            Socket accepted = server.accept();
            client.setTcpNoDelay(true);
            accepted.setTcpNoDelay(true);
            return new Socket[] {client, accepted};
        }

        void connect() throws IOException {
            Socket client = clients.createSocket(server.getInetAddress(), server.getLocalPort());
            Socket accepted = server.accept();
            client.close();
            accepted.close();
        }

        @TearDown
        public void stop() throws IOException {
            server.close();
        }
    }

    @State(Scope.Thread)
    public static class InMemory extends Sockets {
        public InMemory() {
            this(Network.create());
        }

        private InMemory(Network network) {
            super(NetworkSockets.socketFactory(network), NetworkSockets.serverSocketFactory(network));
        }
    }

    @State(Scope.Thread)
    public static class OnLoopback extends Sockets {
        public OnLoopback() {
            super(SocketFactory.getDefault(), ServerSocketFactory.getDefault());
        }
    }

    /** Two ends that one thread uses. */
    public abstract static class Pair {
        private final byte[] bytes = new byte[SMALL];
        private Socket[] ends;

        void connect(Sockets sockets) throws IOException {
            ends = sockets.pair();
        }

        int transfer() throws IOException {
            ends[0].getOutputStream().write(bytes);
            return ends[1].getInputStream().read(bytes);
        }

        @TearDown
        public void close() throws IOException {
            ends[0].close();
            ends[1].close();
        }
    }

    @State(Scope.Thread)
    public static class PairInMemory extends Pair {
        @Setup
        public void start(InMemory sockets) throws IOException {
            connect(sockets);
        }
    }

    @State(Scope.Thread)
    public static class PairOnLoopback extends Pair {
        @Setup
        public void start(OnLoopback sockets) throws IOException {
            connect(sockets);
        }
    }

    /** One end; a second thread echoes at the other end. */
    public abstract static class Echoed {
        private Socket[] ends;

        void connect(Sockets sockets) throws IOException {
            ends = sockets.pair();
            Echo.start(ends[1]);
        }

        int roundTrip() throws IOException {
            ends[0].getOutputStream().write(1);
            return ends[0].getInputStream().read();
        }

        @TearDown
        public void close() throws IOException {
            ends[0].close();
            ends[1].close();
        }
    }

    @State(Scope.Thread)
    public static class EchoedInMemory extends Echoed {
        @Setup
        public void start(InMemory sockets) throws IOException {
            connect(sockets);
        }
    }

    @State(Scope.Thread)
    public static class EchoedOnLoopback extends Echoed {
        @Setup
        public void start(OnLoopback sockets) throws IOException {
            connect(sockets);
        }
    }

    /** One end; a second thread discards everything at the other end. */
    public abstract static class Sunk {
        private final byte[] bytes = new byte[LARGE];
        private Socket[] ends;

        void connect(Sockets sockets) throws IOException {
            ends = sockets.pair();
            Echo.startSink(ends[1], LARGE);
        }

        void write() throws IOException {
            ends[0].getOutputStream().write(bytes);
        }

        @TearDown
        public void close() throws IOException {
            ends[0].close();
            ends[1].close();
        }
    }

    @State(Scope.Thread)
    public static class SunkInMemory extends Sunk {
        @Setup
        public void start(InMemory sockets) throws IOException {
            connect(sockets);
        }
    }

    @State(Scope.Thread)
    public static class SunkOnLoopback extends Sunk {
        @Setup
        public void start(OnLoopback sockets) throws IOException {
            connect(sockets);
        }
    }

    @Benchmark
    public void connectInMemory(InMemory sockets) throws IOException {
        sockets.connect();
    }

    @Benchmark
    public void connectOnLoopback(OnLoopback sockets) throws IOException {
        sockets.connect();
    }

    @Benchmark
    public int transferInMemory(PairInMemory pair) throws IOException {
        return pair.transfer();
    }

    @Benchmark
    public int transferOnLoopback(PairOnLoopback pair) throws IOException {
        return pair.transfer();
    }

    @Benchmark
    public int pingPongInMemory(EchoedInMemory echoed) throws IOException {
        return echoed.roundTrip();
    }

    @Benchmark
    public int pingPongOnLoopback(EchoedOnLoopback echoed) throws IOException {
        return echoed.roundTrip();
    }

    @Benchmark
    public void bulkInMemory(SunkInMemory sunk) throws IOException {
        sunk.write();
    }

    @Benchmark
    public void bulkOnLoopback(SunkOnLoopback sunk) throws IOException {
        sunk.write();
    }
}
