package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Channels and selectors of {@code java.nio} on a network. They behave like those of the JDK on loopback, down to
 * exception texts and ready sets. Code that takes a {@link SelectorProvider} needs no change.
 *
 * <p>A channel reaches the names of the network only if its address is resolved before, see {@link Network#resolve}:
 * the JDK's channels refuse an address without an IP. Buffer sizes set as options are stored and returned, and have no
 * effect. The code under test must close its channels, if the network
 * {@linkplain dev.nettest.NetworkConfig#checksLeaks() checks leaks}.
 *
 * <p>A blocking select is a wait in the network. Its timeout is one of the {@link TimeoutClock}.
 */
public final class NetworkChannels {

    private NetworkChannels() {}

    /** A provider of channels on localhost. The timeouts of its selects run on {@link TimeoutClock#SYSTEM}. */
    public static SelectorProvider selectorProvider(Network network) {
        return selectorProvider(Objects.requireNonNull(network, "network").localhost());
    }

    /** A provider of channels that connect from {@code host}, and can bind its addresses only. */
    public static SelectorProvider selectorProvider(Host host) {
        return selectorProvider(host, TimeoutClock.SYSTEM, connection -> {});
    }

    /**
     * Like {@link #selectorProvider(Host)}. Event loops that take their time from the network's clock need
     * {@link TimeoutClock#NETWORK}.
     *
     * @param timeouts the clock of the timeouts of selects
     * @param beforeHandshake receives each connecting end, to set a source address, buffers and faults. It runs in the
     *     connecting thread, and must not wait. If it throws, the connect throws the same
     */
    public static SelectorProvider selectorProvider(
            Host host, TimeoutClock timeouts, Consumer<? super Connection> beforeHandshake) {
        return new NetworkSelectorProvider(host, timeouts, beforeHandshake);
    }

    /**
     * A provider of asynchronous channels (NIO.2) on localhost. See
     * {@link #asynchronousChannelProvider(Host, TimeoutClock, Consumer)}.
     */
    public static AsynchronousChannelProvider asynchronousChannelProvider(Network network) {
        return asynchronousChannelProvider(
                Objects.requireNonNull(network, "network").localhost());
    }

    /** A provider of asynchronous channels that connect from {@code host}, and can bind its addresses only. */
    public static AsynchronousChannelProvider asynchronousChannelProvider(Host host) {
        return asynchronousChannelProvider(host, TimeoutClock.NETWORK, connection -> {});
    }

    /**
     * Like {@link #asynchronousChannelProvider(Host)}. The timeout of a read or a write is a duration that the channel
     * itself measures. So it runs on the network's clock unless {@code timeouts} says otherwise. The timeouts of
     * {@code Future.get} and {@code awaitTermination} run on the same clock.
     *
     * <p>Channels without a group belong to one group of this provider. Its daemon threads are registered in the
     * network and end with it. The threads of a group with a fixed number of them are registered too; they end with the
     * group or with the network. A group over an executor runs handlers only on that executor, and ignores the initial
     * size. Its threads stop a virtual clock only if they are registered, see {@link Network#threadFactory()}.
     *
     * @param timeouts the clock of the timeouts of operations
     * @param beforeHandshake receives each connecting end, to set a source address, buffers and faults. It runs in the
     *     connecting thread, and must not wait. If it throws, the connect fails with the same
     */
    public static AsynchronousChannelProvider asynchronousChannelProvider(
            Host host, TimeoutClock timeouts, Consumer<? super Connection> beforeHandshake) {
        return new AsynchronousProvider(host, timeouts, beforeHandshake);
    }

    /**
     * The connection of a channel, for its faults, buffers, addresses and awaits.
     *
     * @throws IllegalArgumentException if {@code channel} is not a channel of a network
     * @throws IllegalStateException if it has not begun to connect
     */
    public static Connection connection(SocketChannel channel) {
        if (!(Objects.requireNonNull(channel, "channel") instanceof NetworkSocketChannel ours)) {
            throw foreign(channel);
        }
        return begun(ours.connector().connection());
    }

    /**
     * The listener of a server channel.
     *
     * @throws IllegalArgumentException if {@code channel} is not a channel of a network
     * @throws IllegalStateException if it was never bound
     */
    public static Listener listener(ServerSocketChannel channel) {
        if (!(Objects.requireNonNull(channel, "channel") instanceof NetworkServerSocketChannel ours)) {
            throw foreign(channel);
        }
        return bound(ours.listener());
    }

    /** Like {@link #connection(SocketChannel)}. */
    public static Connection connection(AsynchronousSocketChannel channel) {
        if (!(Objects.requireNonNull(channel, "channel") instanceof AsynchronousStreamChannel ours)) {
            throw foreign(channel);
        }
        return begun(ours.connector().connection());
    }

    /** Like {@link #listener(ServerSocketChannel)}. */
    public static Listener listener(AsynchronousServerSocketChannel channel) {
        if (!(Objects.requireNonNull(channel, "channel") instanceof AsynchronousServerChannel ours)) {
            throw foreign(channel);
        }
        return bound(ours.listener());
    }

    private static Connection begun(@Nullable Connection connection) {
        if (connection == null) {
            throw new IllegalStateException("the channel has no connection yet: it was never connected");
        }
        return connection;
    }

    private static Listener bound(@Nullable Listener listener) {
        if (listener == null) {
            throw new IllegalStateException("the channel has no listener yet: it was never bound");
        }
        return listener;
    }

    /**
     * The endpoint of a datagram channel, for its faults, buffers and awaits.
     *
     * @throws IllegalArgumentException if {@code channel} is not a channel of a network
     * @throws IllegalStateException if it was never bound; a connect, a send and a receive bind it too
     */
    public static DatagramEndpoint endpoint(DatagramChannel channel) {
        if (!(Objects.requireNonNull(channel, "channel") instanceof NetworkDatagramChannel ours)) {
            throw foreign(channel);
        }
        DatagramEndpoint endpoint = ours.endpoint();
        if (endpoint == null) {
            throw new IllegalStateException("the channel has no endpoint yet: it was never bound");
        }
        return endpoint;
    }

    /**
     * The channel that connected or accepted a connection.
     *
     * @throws IllegalStateException if something other than a channel did
     */
    public static SocketChannel channel(Connection connection) {
        return channel(Objects.requireNonNull(connection, "connection"), NetworkSocketChannel.class);
    }

    /**
     * The channel that is bound as {@code listener}.
     *
     * @throws IllegalStateException if it is not that of a server channel
     */
    public static ServerSocketChannel channel(Listener listener) {
        return channel(Objects.requireNonNull(listener, "listener"), NetworkServerSocketChannel.class);
    }

    /**
     * The channel that is bound as {@code endpoint}.
     *
     * @throws IllegalStateException if it is not that of a datagram channel
     */
    public static DatagramChannel channel(DatagramEndpoint endpoint) {
        return channel(Objects.requireNonNull(endpoint, "endpoint"), NetworkDatagramChannel.class);
    }

    /**
     * Has {@code selector} call {@code callback} whenever a key may have become ready since its latest select, for a
     * selector of an adapter that waits for other things too. The callback replaces an earlier one. It runs outside
     * every lock in the thread that caused the event, also during a select, and must not wait. A key that stays ready
     * causes no further call.
     *
     * @throws IllegalArgumentException if {@code selector} is not a selector of a network
     */
    public static void onReady(Selector selector, Runnable callback) {
        if (!(Objects.requireNonNull(selector, "selector") instanceof NetworkSelector ours)) {
            throw new IllegalArgumentException("not a selector of a provider of NetworkChannels: "
                    + selector.getClass().getName());
        }
        ours.onReady(Objects.requireNonNull(callback, "callback"));
    }

    private static <C extends Channel> C channel(Awaitable socket, Class<C> type) {
        Object attached = socket.attachment();
        if (type.isInstance(attached)) {
            return type.cast(attached);
        }
        throw new IllegalStateException(
                socket + " has no channel, but " + (attached == null ? "no attachment" : attached));
    }

    private static IllegalArgumentException foreign(Channel channel) {
        return new IllegalArgumentException("not a channel of a provider of NetworkChannels: "
                + channel.getClass().getName());
    }
}
