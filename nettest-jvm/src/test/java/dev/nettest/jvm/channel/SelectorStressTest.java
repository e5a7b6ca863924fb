package dev.nettest.jvm.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A selector of one thread, and what others do to its keys meanwhile. A lost event makes a test wait for ever. */
class SelectorStressTest {

    private static final int THREADS = 4;
    private static final int ROUNDS = 100;

    private final Network network = Network.create();
    private final Claim claim = JvmNetwork.claim(network);
    private Selector selector;
    private ServerSocketChannel real;
    private ServerSocketChannel memory;

    @BeforeEach
    void open() throws IOException {
        claim.host("server");
        selector = Selector.open();
        real = server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        memory = server(new InetSocketAddress(claim.address(1), 80));
    }

    private ServerSocketChannel server(SocketAddress address) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open().bind(address);
        server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        return server;
    }

    @AfterEach
    void close() throws IOException {
        selector.close();
        real.close();
        memory.close();
        claim.close();
        network.close();
    }

    /** Selects, accepts and closes until all {@code tokens} have arrived, each followed by a wake-up. */
    private int selectUntil(Queue<Integer> arriving, int tokens) throws IOException {
        int arrived = 0;
        while (arrived < tokens) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isValid() && key.channel() instanceof ServerSocketChannel server) {
                    SocketChannel accepted = server.accept();
                    if (accepted != null) {
                        accepted.close();
                    }
                }
            }
            selector.selectedKeys().clear();
            while (arriving.poll() != null) {
                arrived++;
            }
        }
        return arrived;
    }

    private static void all(Background.Action action) {
        List<Background<Void>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            running.add(Background.run(action));
        }
        running.forEach(Background::result);
    }

    @Test
    void everyWakeupEndsASelect() {
        Queue<Integer> arriving = new ConcurrentLinkedQueue<>();
        Background<Integer> selecting = Background.call(() -> selectUntil(arriving, THREADS * ROUNDS));

        all(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                arriving.add(i);
                selector.wakeup();
            }
        });

        assertThat(selecting.result()).isEqualTo(THREADS * ROUNDS);
    }

    @Test
    void channelsRegisterConnectCancelAndCloseWhileTheSelectorWaits() throws IOException {
        Queue<Integer> arriving = new ConcurrentLinkedQueue<>();
        Background<Integer> selecting = Background.call(() -> selectUntil(arriving, THREADS * ROUNDS));
        List<SocketAddress> servers = List.of(real.getLocalAddress(), memory.getLocalAddress());

        all(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                registerConnectAndClose(servers.get(i % 2), i);
                arriving.add(i);
                selector.wakeup();
            }
        });

        assertThat(selecting.result()).isEqualTo(THREADS * ROUNDS);
        selector.selectNow();
        assertThat(selector.keys()).containsExactlyInAnyOrder(real.keyFor(selector), memory.keyFor(selector));
    }

    private void registerConnectAndClose(SocketAddress server, int round) throws IOException {
        try (SocketChannel client = SocketChannel.open()) {
            client.configureBlocking(false);
            SelectionKey key = client.register(selector, SelectionKey.OP_CONNECT);
            if (round % 3 == 0) {
                selector.wakeup();
            }
            client.connect(server);
            if (round % 4 < 2) {
                key.cancel();
            }
        }
    }

    @Test
    void handOversLeakNoDescriptor() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(descriptors), "the system lists no descriptors");
        real.close();
        handOver(50); // opens the files of classes
        long before = count(descriptors);
        handOver(3000);
        assertThat(count(descriptors)).isLessThanOrEqualTo(before);
    }

    private void handOver(int times) throws IOException {
        Queue<Integer> arriving = new ConcurrentLinkedQueue<>();
        Background<Integer> selecting = Background.call(() -> selectUntil(arriving, times));
        SocketAddress server = memory.getLocalAddress();
        for (int i = 0; i < times; i++) {
            try (SocketChannel client = SocketChannel.open()) {
                client.configureBlocking(false).register(selector, SelectionKey.OP_CONNECT);
                client.connect(server);
            }
            arriving.add(i);
            selector.wakeup();
        }
        assertThat(selecting.result()).isEqualTo(times);
        selector.selectNow();
    }

    private static long count(Path descriptors) throws IOException {
        try (Stream<Path> open = Files.list(descriptors)) {
            return open.count();
        }
    }
}
