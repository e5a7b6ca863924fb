package dev.nettest.contract;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The base of the tests of channels and selectors: a provider for each test, and channels that the test closes. */
abstract class ChannelApiContract {
    static final int R = SelectionKey.OP_READ;
    static final int W = SelectionKey.OP_WRITE;
    static final int C = SelectionKey.OP_CONNECT;
    static final int A = SelectionKey.OP_ACCEPT;

    private final Deque<Closeable> opened = new ArrayDeque<>();

    SocketArm arm;

    abstract SocketArm open();

    @BeforeEach
    final void openArm() {
        arm = open();
    }

    @AfterEach
    final void closeArm() throws IOException {
        for (Closeable resource : opened) {
            resource.close();
        }
        arm.close();
    }

    final SelectorProvider provider() {
        return arm.provider();
    }

    final <T extends Closeable> T opened(T resource) {
        opened.addLast(resource); // selectors are closed after the channels, if a test opens them later
        return resource;
    }

    final Selector selector() throws IOException {
        return opened(provider().openSelector());
    }

    final SocketChannel stream() throws IOException {
        return opened(provider().openSocketChannel());
    }

    final ServerSocketChannel server() throws IOException {
        ServerSocketChannel server = opened(provider().openServerSocketChannel());
        return server.bind(StreamBackend.loopback(0));
    }

    static <T extends SelectableChannel> T nonBlocking(T channel) throws IOException {
        channel.configureBlocking(false);
        return channel;
    }

    /** Two connected channels in blocking mode. */
    record Ends(SocketChannel client, SocketChannel server) {}

    final Ends connected() throws IOException {
        try (ServerSocketChannel server = server()) {
            SocketChannel client = stream();
            client.connect(server.getLocalAddress());
            return new Ends(client, opened(server.accept()));
        }
    }

    /** Two connected channels, of which the client does not block. */
    final Ends connectedWithoutBlocking() throws IOException {
        Ends ends = connected();
        nonBlocking(ends.client);
        return ends;
    }

    static SelectionKey registered(SelectableChannel channel, Selector selector, int ops) throws IOException {
        return nonBlocking(channel).register(selector, ops);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String text(ByteBuffer target) {
        return StandardCharsets.ISO_8859_1.decode(target.flip()).toString();
    }

    /** The ready set of a key that will be selected, computed anew. */
    static int ready(SelectionKey key) throws IOException {
        Selector selector = key.selector();
        selector.selectedKeys().clear();
        while (!selector.selectedKeys().contains(key)) {
            selector.select();
        }
        return key.readyOps();
    }

    /** The ready set of a key at this moment, computed anew; 0 if it is not selected. */
    static int readyNow(SelectionKey key) throws IOException {
        Selector selector = key.selector();
        selector.selectedKeys().clear();
        selector.selectNow();
        return selector.selectedKeys().contains(key) ? key.readyOps() : 0;
    }

    /** Runs on a thread of its own. */
    final Task task(String name, Outcome.Call call) {
        return Task.start(arm, name, call);
    }

    /** Waits until the operation of the task is blocked. */
    final Task blocked(String name, Outcome.Call call) {
        Task task = task(name, call);
        task.awaitBlocked();
        return task;
    }
}
