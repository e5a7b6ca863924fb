package dev.nettest.benchmarks;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** The other thread of a benchmark between two: sends back, or just takes, whatever comes. Ends with its stream. */
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
                // gone
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
                // gone
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
                // the benchmark is over
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
