package dev.nettest.consumers;

import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.socket.NetworkSockets;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;

/** The one network of this JVM, and a count of what was opened on it. */
enum Traffic {
    SELECTORS,
    STREAM_CHANNELS,
    SERVER_CHANNELS,
    DATAGRAM_CHANNELS,
    SOCKETS,
    SERVER_SOCKETS,
    DATAGRAM_SOCKETS,
    CONNECTS;

    /** The file for the counts of this JVM. The one that checks the counts has none. */
    private static final String FILE = System.getProperty("nettest.counts.file");

    /** The suite expects no answer from this address, which is reserved for documentation. */
    private static final String BAD_HOST = "198.51.100.254";

    private static final Network NETWORK = Network.create();

    static {
        NETWORK.host("silent", BAD_HOST).crashSilently();
        if (FILE != null) {
            Runtime.getRuntime().addShutdownHook(new Thread(Traffic::write));
        }
    }

    private final LongAdder count = new LongAdder();

    /** False if this JVM has the JDK's provider, for a run on real sockets. */
    static boolean isInstalled() {
        return SelectorProvider.provider() instanceof MemoryProvider;
    }

    <T> T counted(T opened) {
        count.increment();
        return opened;
    }

    static SelectorProvider selectorProvider() {
        return NetworkChannels.selectorProvider(NETWORK.localhost(), TimeoutClock.SYSTEM, CONNECTS::counted);
    }

    static Socket socket() throws IOException {
        return SOCKETS.counted(
                NetworkSockets.socketFactory(NETWORK, CONNECTS::counted).createSocket());
    }

    static ServerSocket serverSocket() throws IOException {
        return SERVER_SOCKETS.counted(
                NetworkSockets.serverSocketFactory(NETWORK).createServerSocket());
    }

    static DatagramSocket datagramSocket() throws SocketException {
        return DATAGRAM_SOCKETS.counted(NetworkSockets.datagramSocket(NETWORK, null));
    }

    private static void write() {
        Properties counts = new Properties();
        for (Traffic kind : values()) {
            counts.setProperty(kind.name(), kind.count.toString());
        }
        try (BufferedWriter writer = Files.newBufferedWriter(Path.of(FILE))) {
            counts.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
