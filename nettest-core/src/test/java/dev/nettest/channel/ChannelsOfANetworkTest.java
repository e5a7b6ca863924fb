package dev.nettest.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Personality;
import dev.nettest.SystemError;
import dev.nettest.TimeoutClock;
import dev.nettest.VirtualClock;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hooks, faults, links, hosts and personalities of a network apply to channels. */
@Timeout(60)
class ChannelsOfANetworkTest {

    private static final InetSocketAddress SERVER = new InetSocketAddress("10.0.0.5", 80);

    @Test
    void aChannelHasAConnectionAndBack() throws Exception {
        try (Network network = Network.create()) {
            SelectorProvider provider = NetworkChannels.selectorProvider(network);
            ServerSocketChannel server = provider.openServerSocketChannel();
            assertThatThrownBy(() -> NetworkChannels.listener(server))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the channel has no listener yet: it was never bound");
            server.bind(SERVER);
            SocketChannel client = provider.openSocketChannel();
            assertThatThrownBy(() -> NetworkChannels.connection(client))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the channel has no connection yet: it was never connected");
            client.connect(SERVER);

            Connection connection = NetworkChannels.connection(client);

            assertThat(NetworkChannels.channel(connection)).isSameAs(client);
            SocketChannel accepted = server.accept();
            assertThat(NetworkChannels.connection(accepted)).isSameAs(connection.peer());
            assertThat(NetworkChannels.channel(connection.peer())).isSameAs(accepted);
            assertThat(NetworkChannels.listener(server).localAddress()).isEqualTo(SERVER);
            assertThat(NetworkChannels.channel(NetworkChannels.listener(server)))
                    .isSameAs(server);
            assertThatThrownBy(() -> NetworkChannels.channel(network.listen()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith(" has no channel, but no attachment");
            assertThatThrownBy(() -> NetworkChannels.channel(network.pair().client()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith(" has no channel, but no attachment");
        }
    }

    @Test
    void aDatagramChannelHasAnEndpointAndBack() throws Exception {
        try (Network network = Network.create()) {
            DatagramChannel channel = NetworkChannels.selectorProvider(network)
                    .openDatagramChannel()
                    .bind(SERVER);

            DatagramEndpoint endpoint = NetworkChannels.endpoint(channel);

            assertThat(NetworkChannels.channel(endpoint)).isSameAs(channel);
            assertThatThrownBy(() -> NetworkChannels.channel(network.bindDatagram()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith(" has no channel, but no attachment");
        }
    }

    @Test
    void aChannelOfTheJdkIsRefused() throws Exception {
        try (SocketChannel foreign = SocketChannel.open()) {
            assertThatThrownBy(() -> NetworkChannels.connection(foreign))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("not a channel of a provider of NetworkChannels: sun.nio.ch.");
        }
    }

    @Test
    void aConnectHookFakesTheSourceAddress() throws Exception {
        try (Network network = Network.create()) {
            network.listen("10.0.0.5:80");
            List<Connection> seen = new ArrayList<>();
            SelectorProvider provider =
                    NetworkChannels.selectorProvider(network.localhost(), TimeoutClock.SYSTEM, connecting -> {
                        connecting.localAddress("192.168.1.100:12345");
                        seen.add(connecting);
                    });
            SocketChannel client = provider.openSocketChannel();
            client.connect(SERVER);

            assertThat(client.getLocalAddress()).isEqualTo(new InetSocketAddress("192.168.1.100", 12345));
            assertThat(seen).containsExactly(NetworkChannels.connection(client));
        }
    }

    @Test
    void aHookThatThrowsClosesTheChannel() throws Exception {
        try (Network network = Network.create()) {
            network.listen("10.0.0.5:80");
            IllegalArgumentException failure = new IllegalArgumentException("no");
            SocketChannel client = NetworkChannels.selectorProvider(
                            network.localhost(), TimeoutClock.SYSTEM, connecting -> {
                                throw failure;
                            })
                    .openSocketChannel();

            assertThatThrownBy(() -> client.connect(SERVER)).isSameAs(failure);
            assertThat(client.isOpen()).isFalse();
        }
    }

    @Test
    void aStalledReadIsNotReady() throws Exception {
        try (Network network = Network.create()) {
            SocketChannel client = connected(network);
            Selector selector = client.provider().openSelector();
            client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            Connection connection = NetworkChannels.connection(client);
            var stall = connection.faults().read(Fault.stall());
            connection.peer().write(ByteBuffer.allocate(1));

            assertThat(selector.selectNow()).isZero();
            stall.close();
            assertThat(selector.select()).isEqualTo(1);
        }
    }

    @Test
    void anInjectedResetIsSelected() throws Exception {
        try (Network network = Network.create()) {
            SocketChannel client = connected(network);
            Selector selector = client.provider().openSelector();
            client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            NetworkChannels.connection(client).faults().read(Fault.reset());

            assertThat(selector.selectNow()).isEqualTo(1);
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        }
    }

    @Test
    void bytesOverALinkAreReadyWhenTheyArrive() throws Exception {
        VirtualClock clock = VirtualClock.manual();
        try (Network network =
                Network.create(NetworkConfig.builder().clock(clock).build())) {
            SocketChannel client = connected(network);
            Selector selector = client.provider().openSelector();
            client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            network.defaultLink().latency(Duration.ofMillis(20));
            NetworkChannels.connection(client).peer().write(ByteBuffer.allocate(1));

            clock.advanceTimeBy(Duration.ofNanos(19_999_999));
            assertThat(selector.selectNow()).isZero();
            clock.advanceTimeBy(Duration.ofNanos(1));
            assertThat(selector.selectNow()).isEqualTo(1);
        }
    }

    @Test
    void aCrashOfTheHostIsSelectedByThePeer() throws Exception {
        try (Network network = Network.create()) {
            Host host = network.host("db", "10.0.0.5");
            SocketChannel client = connected(network, host);
            Selector selector = client.provider().openSelector();
            client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            host.crash();

            assertThat(selector.selectNow()).isEqualTo(1);
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void aPersonalityHasItsTextForAPolledConnect() throws Exception {
        try (Network network = Network.create(
                NetworkConfig.builder().personality(Personality.WINDOWS).build())) {
            SocketChannel client = NetworkChannels.selectorProvider(network).openSocketChannel();
            client.configureBlocking(false);
            assertThat(client.connect(SERVER)).isFalse();

            assertThatThrownBy(client::finishConnect)
                    .isInstanceOf(ConnectException.class)
                    .hasMessage(SystemError.CONNECTION_REFUSED_POLLED.text(Personality.WINDOWS));
        }
    }

    @RepeatedTest(200)
    void aRegisteredChannelClosesWhileTheNetworkEnds() throws Exception {
        Network network = Network.create();
        try (Selector selector = NetworkChannels.selectorProvider(network).openSelector()) {
            List<SocketChannel> channels = new ArrayList<>();
            network.listen("10.0.0.5:80");
            for (int i = 0; i < 20; i++) {
                SocketChannel client = NetworkChannels.selectorProvider(network).openSocketChannel();
                client.connect(SERVER);
                client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                channels.add(client);
            }
            Background<Void> end = Background.run(network::close);

            for (SocketChannel channel : channels) {
                channel.close();
            }

            end.result();
        }
    }

    private static SocketChannel connected(Network network) throws IOException {
        return connected(network, network.localhost());
    }

    private static SocketChannel connected(Network network, Host server) throws IOException {
        Listener listener = server.listen("10.0.0.5:80");
        SocketChannel client = NetworkChannels.selectorProvider(network).openSocketChannel();
        client.connect(SERVER);
        listener.accept();
        return client;
    }
}
