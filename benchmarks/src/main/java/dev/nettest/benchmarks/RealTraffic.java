package dev.nettest.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Jobs on sockets of the kernel, to be run with and without nettest-jvm. One thread has both ends, so that the CPU time
 * of a job is that of the thread. Loopback delivers inside the write. Connections end by a reset, because the kernel
 * keeps closed ones for a minute and runs out of ports.
 */
enum RealTraffic {
    ONE_CONNECTION("round trip of 64 B, one connection", 20_000) {
        @Override
        Runs open() throws IOException {
            return roundTrips(1);
        }
    },
    HUNDRED_CONNECTIONS("round trip of 64 B, one of 100 connections of a selector", 20_000) {
        @Override
        Runs open() throws IOException {
            return roundTrips(100);
        }
    },
    CONNECT("connect + accept + close of channels", 4_000) {
        @Override
        Runs open() throws IOException {
            ServerSocketChannel server = ServerSocketChannel.open().bind(ANY_PORT);
            SocketAddress address = server.getLocalAddress();
            return () -> {
                SocketChannel client = SocketChannel.open(address);
                SocketChannel accepted = server.accept();
                client.setOption(StandardSocketOptions.SO_LINGER, 0);
                client.close();
                accepted.close();
            };
        }
    },
    CONNECT_OF_SOCKETS("connect + accept + close of sockets", 4_000) {
        @Override
        Runs open() throws IOException {
            ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            return () -> {
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept();
                client.setSoLinger(true, 0);
                client.close();
                accepted.close();
            };
        }
    },
    ROUND_TRIP_OF_SOCKETS("round trip of 64 B, sockets", 20_000) {
        @Override
        Runs open() throws IOException {
            ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
            Socket accepted = server.accept();
            byte[] bytes = new byte[BYTES];
            return () -> {
                client.getOutputStream().write(bytes);
                accepted.getInputStream().readNBytes(bytes, 0, BYTES);
                accepted.getOutputStream().write(bytes);
                client.getInputStream().readNBytes(bytes, 0, BYTES);
            };
        }
    };

    private static final int BYTES = 64;
    private static final int BATCHES = 7;
    private static final long WARM_UP_NANOS = 3_000_000_000L;
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /** One run of a job. */
    interface Runs {

        void run() throws IOException;
    }

    final String text;
    private final int runsOfBatch;

    RealTraffic(String text, int runsOfBatch) {
        this.text = text;
        this.runsOfBatch = runsOfBatch;
    }

    abstract Runs open() throws IOException;

    /** The CPU time of a run in nanoseconds: that of the best of some batches, after a warm-up. */
    long measure() throws IOException {
        Runs runs = open();
        long end = cpuTime() + WARM_UP_NANOS;
        while (cpuTime() < end) {
            batch(runs);
        }
        long best = Long.MAX_VALUE;
        for (int i = 0; i < BATCHES; i++) {
            best = Math.min(best, batch(runs));
        }
        return best;
    }

    private long batch(Runs runs) throws IOException {
        long start = cpuTime();
        for (int i = 0; i < runsOfBatch; i++) {
            runs.run();
        }
        return (cpuTime() - start) / runsOfBatch;
    }

    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Runs roundTrips(int connections) throws IOException {
        return new Echoes(connections);
    }

    /** The servers are non-blocking channels of one selector, the clients are blocking. */
    private static final class Echoes implements Runs {

        private final Selector selector = Selector.open();
        private final List<SocketChannel> clients = new ArrayList<>();
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
        private int next;

        Echoes(int connections) throws IOException {
            try (ServerSocketChannel server = ServerSocketChannel.open().bind(ANY_PORT)) {
                for (int i = 0; i < connections; i++) {
                    clients.add(SocketChannel.open(server.getLocalAddress()));
                    SocketChannel accepted = server.accept();
                    accepted.configureBlocking(false);
                    accepted.register(selector, SelectionKey.OP_READ);
                }
            }
        }

        @Override
        public void run() throws IOException {
            SocketChannel client = clients.get(next);
            next = (next + 1) % clients.size();
            client.write(buffer.clear());
            selector.select(this::echo);
            int read = client.read(buffer.clear());
            if (read != BYTES) {
                throw new IOException("read " + read);
            }
        }

        private void echo(SelectionKey key) {
            SocketChannel server = (SocketChannel) key.channel();
            try {
                server.read(buffer.clear());
                server.write(buffer.flip());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
