package dev.nettest.bridge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A server on real loopback: the far side of a bridge. */
final class RealServer implements AutoCloseable {
    private static final int LIMIT_MILLIS = 20_000;

    private final ServerSocketChannel channel;
    private final Queue<SocketChannel> accepted = new ConcurrentLinkedQueue<>();

    RealServer() throws IOException {
        channel = ServerSocketChannel.open();
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        channel.socket().setSoTimeout(LIMIT_MILLIS);
    }

    /** A loopback address without a listener. */
    static InetSocketAddress unusedAddress() throws IOException {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(gone.getInetAddress(), gone.getLocalPort());
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) channel.socket().getLocalSocketAddress();
    }

    Socket accept() throws IOException {
        Socket socket = channel.socket().accept();
        socket.setSoTimeout(LIMIT_MILLIS);
        accepted.add(socket.getChannel());
        return socket;
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String read(Socket socket, int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** Reads to the end of the stream or to a reset, which appends its message. */
    static String readAll(Socket socket) throws IOException {
        StringBuilder all = new StringBuilder();
        byte[] buffer = new byte[1 << 16];
        try {
            for (int count; (count = socket.getInputStream().read(buffer)) >= 0; ) {
                all.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            }
            return all + "<end>";
        } catch (SocketException e) {
            return all + "<" + e.getMessage() + ">";
        }
    }

    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Writes without blocking until the buffers of the kernel stay full. */
    static long fill(Socket socket, long most) throws IOException {
        SocketChannel real = socket.getChannel();
        real.configureBlocking(false);
        long total = Filling.fill(real::write, most);
        real.configureBlocking(true);
        return total;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        for (SocketChannel socket : accepted) {
            if (socket.isOpen()) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0); // leaves no port in TIME_WAIT
                socket.close();
            }
        }
    }

    /** Writes that never wait. */
    static final class Filling {
        private static final int CHUNK = 100_000;
        private static final int ENOUGH_REFUSALS = 20_000;

        interface Write {
            int write(ByteBuffer source) throws IOException;
        }

        private Filling() {}

        /**
         * Writes until many writes in a row accept nothing, or {@code most} bytes are written; returns their number.
         */
        static long fill(Write sink, long most) throws IOException {
            long total = 0;
            ByteBuffer chunk = ByteBuffer.allocate(0);
            for (int refusals = 0; refusals < ENOUGH_REFUSALS && total < most; ) {
                if (!chunk.hasRemaining()) {
                    chunk = Content.from(total, (int) Math.min(CHUNK, most - total));
                }
                int count = sink.write(chunk);
                total += count;
                refusals = count == 0 ? refusals + 1 : 0;
                if (count == 0) {
                    Thread.yield();
                }
            }
            return total;
        }
    }

    /** Bytes that depend on their position in a stream, to detect lost, duplicate and misplaced ones. */
    static final class Content {
        private Content() {}

        static ByteBuffer from(long place, int count) {
            ByteBuffer bytes = ByteBuffer.allocate(count);
            for (int i = 0; i < count; i++) {
                bytes.put(i, at(place + i));
            }
            return bytes;
        }

        static byte at(long place) {
            return (byte) (place * 31 + (place >>> 8) * 7 + (place >>> 16));
        }
    }
}
