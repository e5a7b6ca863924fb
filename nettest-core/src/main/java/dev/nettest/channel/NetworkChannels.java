package dev.nettest.channel;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.TimeoutClock;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.function.Consumer;

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
     * The connection of a channel, for its faults, buffers, addresses and awaits.
     *
     * @throws IllegalArgumentException if {@code channel} is not a channel of a network
     * @throws IllegalStateException if it has not begun to connect
     */
    public static Connection connection(SocketChannel channel) {
        if (!(Objects.requireNonNull(channel, "channel") instanceof NetworkSocketChannel ours)) {
            throw foreign(channel);
        }
        Connection connection = ours.connector().connection();
        if (connection == null) {
            throw new IllegalStateException("the channel has no connection yet: it was never connected");
        }
        return connection;
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
        Listener listener = ours.listener();
        if (listener == null) {
            throw new IllegalStateException("the channel has no listener yet: it was never bound");
        }
        return listener;
    }

    /**
     * The channel that connected or accepted a connection.
     *
     * @throws IllegalStateException if something other than a channel did
     */
    public static SocketChannel channel(Connection connection) {
        Object attached = Objects.requireNonNull(connection, "connection").attachment();
        if (attached instanceof NetworkSocketChannel channel) {
            return channel;
        }
        throw new IllegalStateException(
                connection + " has no channel, but " + (attached == null ? "no attachment" : attached));
    }

    private static IllegalArgumentException foreign(Channel channel) {
        return new IllegalArgumentException("not a channel of a provider of NetworkChannels: "
                + channel.getClass().getName());
    }
}
