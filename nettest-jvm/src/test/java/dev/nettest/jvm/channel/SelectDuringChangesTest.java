package dev.nettest.jvm.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.jvm.internal.platform.Platform;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys that change while a select waits: the plain JDK, and one selector over the kernel and a network. */
class SelectDuringChangesTest {

    /** How the two channels of a test are made. */
    enum Kind {
        JDK,
        KERNEL,
        BOTH_WORLDS
    }

    private final Network network = Network.create();
    private final Claim claim = JvmNetwork.claim(network);
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
        claim.close();
        network.close();
    }

    private <T extends AutoCloseable> T closing(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private static SelectorProvider provider(Kind kind) {
        return kind == Kind.JDK ? Platform.selectorProvider() : SelectorProvider.provider();
    }

    private SocketAddress address(Kind kind) {
        return kind != Kind.BOTH_WORLDS
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
                : new InetSocketAddress(claim.address(1), 0);
    }

    /** Channels of one selector, and the other ends of their connections. */
    private final class Fixture {

        final Selector selector;
        final SocketChannel first;
        final SocketChannel second;
        final SocketChannel peerOfFirst;
        final SocketChannel peerOfSecond;

        /** The first channel is the kernel's; the second is in the network if {@code kind} says so. */
        Fixture(Kind kind) throws IOException {
            claim.host("server");
            selector = closing(provider(kind).openSelector());
            SocketChannel[] real = pair(provider(kind), address(Kind.JDK));
            SocketChannel[] other = pair(provider(kind), address(kind));
            first = real[0];
            peerOfFirst = real[1];
            second = other[0];
            peerOfSecond = other[1];
        }

        private SocketChannel[] pair(SelectorProvider provider, SocketAddress address) throws IOException {
            try (ServerSocketChannel server = provider.openServerSocketChannel().bind(address)) {
                SocketChannel client = closing(provider.openSocketChannel());
                client.connect(server.getLocalAddress());
                SocketChannel accepted = closing(server.accept());
                client.configureBlocking(false);
                return new SocketChannel[] {client, accepted};
            }
        }

        SelectionKey register(SocketChannel channel, int ops) throws ClosedChannelException {
            return channel.register(selector, ops);
        }
    }

    private static void send(SocketChannel peer) throws IOException {
        peer.write(ByteBuffer.wrap(new byte[] {1}));
    }

    /** Waits until the thread is in a native method of the JDK's selector. */
    private static void awaitNative(Background<?> selecting) {
        while (!selecting.isDone()
                && Arrays.stream(selecting.thread().getStackTrace()).noneMatch(SelectDuringChangesTest::isPoll)) {
            Thread.yield();
        }
    }

    private static boolean isPoll(StackTraceElement frame) {
        return frame.isNativeMethod() && frame.getClassName().startsWith("sun.nio.ch.");
    }

    @ParameterizedTest
    @EnumSource
    void moreInterestBelongsToTheNextSelect(Kind kind) throws IOException {
        Fixture fixture = new Fixture(kind);
        SelectionKey first = fixture.register(fixture.first, 0);
        SelectionKey second = fixture.register(fixture.second, 0);
        send(fixture.peerOfFirst);
        send(fixture.peerOfSecond);
        Background<Integer> selecting = Background.call(() -> fixture.selector.select());
        awaitNative(selecting);

        first.interestOps(SelectionKey.OP_READ);
        second.interestOps(SelectionKey.OP_READ);
        fixture.selector.wakeup();

        assertThat(selecting.result()).isZero();
        assertThat(fixture.selector.selectedKeys()).isEmpty();
        assertThat(first.interestOps()).isEqualTo(SelectionKey.OP_READ);
        assertThat(fixture.selector.select()).isPositive();
        fixture.selector.selectNow();
        assertThat(fixture.selector.selectedKeys()).containsExactlyInAnyOrder(first, second);
    }

    @ParameterizedTest
    @EnumSource
    void aRegistrationBelongsToTheNextSelect(Kind kind) throws IOException {
        Fixture fixture = new Fixture(kind);
        fixture.register(fixture.first, SelectionKey.OP_READ);
        send(fixture.peerOfSecond);
        Background<Integer> selecting = Background.call(() -> fixture.selector.select());
        awaitNative(selecting);

        SelectionKey second = fixture.register(fixture.second, SelectionKey.OP_READ);
        fixture.selector.wakeup();

        assertThat(selecting.result()).isZero();
        assertThat(fixture.selector.select()).isEqualTo(1);
        assertThat(fixture.selector.selectedKeys()).containsExactly(second);
    }

    @ParameterizedTest
    @EnumSource
    void anActionRegistersAChannelWhoseKeyWasCancelledDuringTheWait(Kind kind) throws IOException {
        Fixture fixture = new Fixture(kind);
        SelectionKey first = fixture.register(fixture.first, SelectionKey.OP_READ);
        SelectionKey second = fixture.register(fixture.second, SelectionKey.OP_READ);
        List<SelectionKey> again = new ArrayList<>();
        Background<Integer> selecting = Background.call(() -> fixture.selector.select(key -> {
            try {
                again.add(fixture.register(fixture.first, SelectionKey.OP_READ));
            } catch (ClosedChannelException e) {
                throw new AssertionError(e);
            }
        }));
        awaitNative(selecting);

        first.cancel();
        send(fixture.peerOfSecond);

        assertThat(selecting.result()).isEqualTo(1);
        send(fixture.peerOfFirst);
        second.interestOps(0);
        assertThat(fixture.selector.select()).isEqualTo(1);
        assertThat(fixture.selector.selectedKeys()).containsExactlyElementsOf(again);
    }

    @ParameterizedTest
    @EnumSource
    void lessInterestCountsAtOnce(Kind kind) throws IOException {
        Fixture fixture = new Fixture(kind);
        fixture.register(fixture.first, SelectionKey.OP_READ);
        SelectionKey second = fixture.register(fixture.second, SelectionKey.OP_READ);
        Background<Integer> selecting = Background.call(() -> fixture.selector.select());
        awaitNative(selecting);

        second.interestOps(0);
        send(fixture.peerOfSecond);
        fixture.selector.wakeup();

        assertThat(selecting.result()).isZero();
        assertThat(second.interestOps()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void anActionSkipsAKeyWhoseInterestAnEarlierOneTook(Kind kind) throws IOException {
        Fixture fixture = new Fixture(kind);
        SelectionKey first = fixture.register(fixture.first, SelectionKey.OP_WRITE);
        SelectionKey second = fixture.register(fixture.second, SelectionKey.OP_WRITE);
        List<SelectionKey> performed = new ArrayList<>();

        int count = fixture.selector.select(key -> {
            performed.add(key);
            first.interestOps(0);
            second.interestOps(0);
        });

        assertThat(count).isEqualTo(1);
        assertThat(performed).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void aReadySetChangesWithTheActionOfItsKey(Kind kind) throws IOException {
        Fixture fixture = new Fixture(kind);
        SelectionKey first = fixture.register(fixture.first, SelectionKey.OP_WRITE);
        SelectionKey second = fixture.register(fixture.second, SelectionKey.OP_WRITE);

        assertThatThrownBy(() -> fixture.selector.select(key -> {
                    throw new IllegalArgumentException("an action that fails");
                }))
                .hasMessage("an action that fails");

        assertThat(first.readyOps() + second.readyOps()).isEqualTo(SelectionKey.OP_WRITE);
    }
}
