package dev.nettest.benchmarks;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Network;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A datagram of 64 bytes on one thread, and a round trip of one byte between two threads. Compares endpoints of a
 * network with channels on loopback, and sockets with sockets.
 */
public class DatagramBenchmark {

    private static final int SMALL = 64;

    /** Two bound endpoints, not connected. */
    interface Pair {
        void send(int from, ByteBuffer source) throws IOException;

        /** The sender becomes the target of the next send. */
        void receive(int at, ByteBuffer target) throws IOException;

        void close() throws IOException;
    }

    /** The operation of a benchmark on a pair. */
    public abstract static class Job {
        private final ByteBuffer source;
        private final ByteBuffer target;
        private final boolean echoes;
        private Pair pair;

        Job(boolean direct, boolean echoes) {
            this.echoes = echoes;
            source = direct ? ByteBuffer.allocateDirect(SMALL) : ByteBuffer.allocate(SMALL);
            target = direct ? ByteBuffer.allocateDirect(SMALL) : ByteBuffer.allocate(SMALL);
        }

        abstract Pair bind() throws IOException;

        @Setup
        public void start() throws IOException {
            pair = bind();
            if (echoes) {
                echo();
            }
        }

        int transfer() throws IOException {
            pair.send(0, source.clear());
            pair.receive(1, target.clear());
            return target.position();
        }

        private void echo() {
            ByteBuffer echoed = source.isDirect() ? ByteBuffer.allocateDirect(1) : ByteBuffer.allocate(1);
            Echo.start(() -> {
                while (true) {
                    pair.receive(1, echoed.clear());
                    pair.send(1, echoed.flip());
                }
            });
        }

        int roundTrip() throws IOException {
            pair.send(0, source.clear().limit(1));
            pair.receive(0, target.clear());
            return target.position();
        }

        @TearDown
        public void close() throws IOException {
            pair.close();
        }
    }

    @State(Scope.Thread)
    public static class InMemory extends Job {
        public InMemory() {
            this(false);
        }

        InMemory(boolean echoes) {
            super(false, echoes);
        }

        @Override
        Pair bind() throws IOException {
            return new Endpoints(Network.create());
        }
    }

    @State(Scope.Thread)
    public static class OnLoopback extends Job {
        public OnLoopback() {
            this(false);
        }

        OnLoopback(boolean echoes) {
            super(true, echoes);
        }

        @Override
        Pair bind() throws IOException {
            return new Channels(Loopback.datagrams(), Loopback.datagrams());
        }
    }

    @State(Scope.Thread)
    public static class SocketsInMemory extends Job {
        public SocketsInMemory() {
            this(false);
        }

        SocketsInMemory(boolean echoes) {
            super(false, echoes);
        }

        @Override
        Pair bind() throws IOException {
            Network network = Network.create();
            SocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            return new Sockets(
                    NetworkSockets.datagramSocket(network, any), NetworkSockets.datagramSocket(network, any));
        }
    }

    @State(Scope.Thread)
    public static class SocketsOnLoopback extends Job {
        public SocketsOnLoopback() {
            this(false);
        }

        SocketsOnLoopback(boolean echoes) {
            super(false, echoes);
        }

        @Override
        Pair bind() throws IOException {
            SocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            return new Sockets(new DatagramSocket(any), new DatagramSocket(any));
        }
    }

    @State(Scope.Thread)
    public static class EchoedInMemory extends InMemory {
        public EchoedInMemory() {
            super(true);
        }
    }

    @State(Scope.Thread)
    public static class EchoedOnLoopback extends OnLoopback {
        public EchoedOnLoopback() {
            super(true);
        }
    }

    @State(Scope.Thread)
    public static class EchoedSocketsInMemory extends SocketsInMemory {
        public EchoedSocketsInMemory() {
            super(true);
        }
    }

    @State(Scope.Thread)
    public static class EchoedSocketsOnLoopback extends SocketsOnLoopback {
        public EchoedSocketsOnLoopback() {
            super(true);
        }
    }

    private static final class Endpoints implements Pair {
        private final Network network;
        private final DatagramEndpoint[] ends;
        private final SocketAddress[] targets;

        Endpoints(Network network) throws IOException {
            this.network = network;
            ends = new DatagramEndpoint[] {network.bindDatagram(), network.bindDatagram()};
            targets = new SocketAddress[] {ends[1].localAddress(), ends[0].localAddress()};
        }

        @Override
        public void send(int from, ByteBuffer source) throws IOException {
            ends[from].send(source, targets[from]);
        }

        @Override
        public void receive(int at, ByteBuffer target) throws IOException {
            targets[at] = ends[at].receive(target);
        }

        @Override
        public void close() {
            network.close();
        }
    }

    private static final class Channels implements Pair {
        private final DatagramChannel[] ends;
        private final SocketAddress[] targets;

        Channels(DatagramChannel first, DatagramChannel second) throws IOException {
            ends = new DatagramChannel[] {first, second};
            targets = new SocketAddress[] {second.getLocalAddress(), first.getLocalAddress()};
        }

        @Override
        public void send(int from, ByteBuffer source) throws IOException {
            ends[from].send(source, targets[from]);
        }

        @Override
        public void receive(int at, ByteBuffer target) throws IOException {
            targets[at] = ends[at].receive(target);
        }

        @Override
        public void close() throws IOException {
            ends[0].close();
            ends[1].close();
        }
    }

    private static final class Sockets implements Pair {
        private final DatagramSocket[] ends;
        private final DatagramPacket[] packets;

        Sockets(DatagramSocket first, DatagramSocket second) {
            ends = new DatagramSocket[] {first, second};
            packets = new DatagramPacket[] {
                new DatagramPacket(new byte[SMALL], SMALL, second.getLocalSocketAddress()),
                new DatagramPacket(new byte[SMALL], SMALL, first.getLocalSocketAddress())
            };
        }

        @Override
        public void send(int from, ByteBuffer source) throws IOException {
            DatagramPacket packet = packets[from];
            packet.setData(source.array(), 0, source.remaining());
            ends[from].send(packet);
        }

        @Override
        public void receive(int at, ByteBuffer target) throws IOException {
            DatagramPacket packet = packets[at];
            packet.setData(target.array(), 0, target.capacity());
            ends[at].receive(packet);
            target.position(packet.getLength());
        }

        @Override
        public void close() {
            ends[0].close();
            ends[1].close();
        }
    }

    @Benchmark
    public int transferInMemory(InMemory job) throws IOException {
        return job.transfer();
    }

    @Benchmark
    public int transferOnLoopback(OnLoopback job) throws IOException {
        return job.transfer();
    }

    @Benchmark
    public int transferOfSocketsInMemory(SocketsInMemory job) throws IOException {
        return job.transfer();
    }

    @Benchmark
    public int transferOfSocketsOnLoopback(SocketsOnLoopback job) throws IOException {
        return job.transfer();
    }

    @Benchmark
    public int pingPongInMemory(EchoedInMemory job) throws IOException {
        return job.roundTrip();
    }

    @Benchmark
    public int pingPongOnLoopback(EchoedOnLoopback job) throws IOException {
        return job.roundTrip();
    }

    @Benchmark
    public int pingPongOfSocketsInMemory(EchoedSocketsInMemory job) throws IOException {
        return job.roundTrip();
    }

    @Benchmark
    public int pingPongOfSocketsOnLoopback(EchoedSocketsOnLoopback job) throws IOException {
        return job.roundTrip();
    }
}
