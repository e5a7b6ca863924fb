package dev.nettest.benchmarks;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** The second thread of a benchmark: echoes or discards everything until the end of its stream. */
final class Echo {

    private Echo() {}

    static void start(ByteChannel channel, ByteBuffer buffer) {
        start(() -> {
            while (channel.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        });
    }

    static void startSink(ByteChannel channel, ByteBuffer buffer) {
        start(() -> {
            while (channel.read(buffer.clear()) >= 0) {
                // discarded
            }
        });
    }

    static void start(Socket socket) {
        start(() -> {
            for (int one = socket.getInputStream().read();
                    one >= 0;
                    one = socket.getInputStream().read()) {
                socket.getOutputStream().write(one);
            }
        });
    }

    static void startSink(Socket socket, int size) {
        byte[] bytes = new byte[size];
        start(() -> {
            while (socket.getInputStream().read(bytes) >= 0) {
                // discarded
            }
        });
    }

    interface Loop {
        void run() throws IOException;
    }

    static void start(Loop loop) {
        Thread thread = new Thread(() -> {
            try {
                loop.run();
            } catch (IOException e) {
                // the benchmark has ended
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
