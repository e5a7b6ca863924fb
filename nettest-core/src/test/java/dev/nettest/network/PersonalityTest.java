package dev.nettest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Personality;
import dev.nettest.SystemError;
import dev.nettest.VirtualClock;
import dev.nettest.testing.Background;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The error texts of each personality. The texts of each row are those of the documentation. */
class PersonalityTest {
    private static final String NOWHERE = "10.9.9.9:9";
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration KERNEL_TIMEOUT = Duration.ofSeconds(127);

    private final VirtualClock clock = VirtualClock.manual();
    private final List<Network> networks = new ArrayList<>();

    @AfterEach
    void shutDown() {
        networks.forEach(Network::shutdown);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void connectIsRefused(Personality personality) {
        Network network = network(personality);

        assertSays(() -> network.connect(NOWHERE), ConnectException.class, SystemError.CONNECTION_REFUSED, personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void connectIsRefusedWhenTheListenerCloses(Personality personality) throws Exception {
        Listener listener = fullListener(network(personality));
        Background<Connection> waiting = Background.call(listener::connect).awaitParked();

        listener.close();

        assertSays(waiting.failure(), ConnectException.class, SystemError.CONNECTION_REFUSED, personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void pollingConnectIsRefused(Personality personality) {
        Network network = network(personality);

        assertSays(
                () -> network.connect(NOWHERE, dialling -> dialling.connectTimeout(SECOND)),
                ConnectException.class,
                SystemError.CONNECTION_REFUSED_POLLED,
                personality);
        assertSays(
                failure(network.connectAsync(NOWHERE)),
                ConnectException.class,
                SystemError.CONNECTION_REFUSED_POLLED,
                personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void connectOnAVirtualThreadPolls(Personality personality) throws Throwable {
        Assumptions.assumeTrue(Runtime.version().feature() >= 21, "virtual threads come with JDK 21");
        Network network = network(personality);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Runnable dial = () -> thrown.complete(catchThrowable(() -> network.connect(NOWHERE)));

        Thread thread = (Thread) MethodHandles.publicLookup()
                .findStatic(Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class))
                .invoke(dial);
        thread.join();

        assertSays(thrown.get(), ConnectException.class, SystemError.CONNECTION_REFUSED_POLLED, personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void connectTimesOutInTheKernel(Personality personality) throws Exception {
        Listener listener = fullListener(network(personality));
        Background<Connection> blocked = Background.call(listener::connect).awaitParked();
        CompletionStage<Connection> polled = listener.network().connectAsync("10.0.0.1:80");

        clock.advanceTimeBy(KERNEL_TIMEOUT);

        assertSays(blocked.failure(), ConnectException.class, SystemError.CONNECTION_TIMED_OUT, personality);
        assertSays(failure(polled), ConnectException.class, SystemError.CONNECTION_TIMED_OUT_POLLED, personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void anAddressIsInUse(Personality personality) throws Exception {
        Network network = network(personality);
        network.listen("10.0.0.1:80").connect(dialling -> dialling.localAddress("10.0.0.2:1000"));

        assertSays(() -> network.listen("10.0.0.1:80"), BindException.class, SystemError.ADDRESS_IN_USE, personality);
        assertSays(
                () -> network.connect("10.0.0.1:80", dialling -> dialling.localAddress("10.0.0.2:1000")),
                BindException.class,
                SystemError.ADDRESS_IN_USE,
                personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void thePortsHaveRunOut(Personality personality) throws Exception {
        Network network =
                network(NetworkConfig.builder().personality(personality).ephemeralPorts(1000, 1000));
        Listener listener = network.listen("127.0.0.1:80");
        listener.connect();

        assertSays(listener::connect, BindException.class, SystemError.PORTS_EXHAUSTED, personality);
        assertSays(
                failure(network.connectAsync("127.0.0.1:80")),
                BindException.class,
                SystemError.PORTS_EXHAUSTED_POLLED,
                personality);
        assertSays(network::pair, BindException.class, SystemError.PORTS_EXHAUSTED, personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void aReadMeetsAReset(Personality personality) throws Exception {
        ConnectionPair channels = reset(network(personality));
        ConnectionPair sockets = reset(network(personality));

        assertSays(
                () -> Text.read(channels.client()), SocketException.class, SystemError.CONNECTION_RESET, personality);
        assertSays(
                () -> Text.tryRead(channels.client()),
                SocketException.class,
                SystemError.CONNECTION_RESET,
                personality);
        assertSays(
                () -> sockets.client().inputStream().read(),
                SocketException.class,
                SystemError.CONNECTION_RESET,
                personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void writesMeetAReset(Personality personality) throws Exception {
        Connection channel = reset(network(personality)).client();
        Connection socket = reset(network(personality)).client();

        assertSays(
                () -> Text.write(channel, "x"), IOException.class, SystemError.CONNECTION_RESET_BY_PEER, personality);
        assertSays(() -> Text.write(channel, "x"), IOException.class, SystemError.BROKEN_PIPE, personality);
        assertSays(() -> Text.tryWrite(channel, "x"), IOException.class, SystemError.BROKEN_PIPE, personality);
        assertSays(
                failure(channel.writeAsync(Text.bytes("x"))), IOException.class, SystemError.BROKEN_PIPE, personality);
        assertSays(
                () -> socket.outputStream().write('x'),
                SocketException.class,
                SystemError.CONNECTION_RESET_BY_PEER,
                personality);
        assertSays(() -> socket.outputStream().write('x'), SocketException.class, SystemError.BROKEN_PIPE, personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void theSecondWriteToAClosedPeerIsBroken(Personality personality) throws Exception {
        ConnectionPair pair = network(personality).pair();
        pair.server().close();

        Text.write(pair.client(), "x");

        assertSays(() -> Text.write(pair.client(), "x"), IOException.class, SystemError.BROKEN_PIPE, personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void aWriteFollowsItsOwnShutdown(Personality personality) throws Exception {
        Connection end = network(personality).pair().client();
        end.shutdownOutput();

        assertSays(
                () -> end.outputStream().write('x'), SocketException.class, SystemError.OUTPUT_SHUT_DOWN, personality);
        assertThatThrownBy(() -> Text.write(end, "x")).isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void aBlockedWriteEndsByItsOwnShutdown(Personality personality) throws Exception {
        ConnectionPair pair = network(personality).pair();
        pair.server().receiveBufferSize(1);
        Background<Void> writing = Background.run(
                        () -> pair.client().outputStream().write(new byte[] {1, 2, 3}))
                .awaitParked();

        pair.client().shutdownOutput();

        assertSays(writing.failure(), SocketException.class, SystemError.OUTPUT_SHUT_DOWN, personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void connectFaultsHaveTheText(Personality personality) {
        Network network = network(personality);
        network.faults().connect(Fault.refuse().nth(1));
        network.faults().connect(Fault.unreachable().nth(2));
        network.faults().connect(Fault.refuse().nth(3));
        network.faults().connect(Fault.unreachable().nth(4));
        network.faults().connect(Fault.reset().nth(5));

        assertSays(() -> network.connect(NOWHERE), ConnectException.class, SystemError.CONNECTION_REFUSED, personality);
        assertSays(
                () -> network.connect(NOWHERE),
                NoRouteToHostException.class,
                SystemError.HOST_UNREACHABLE,
                personality);
        assertSays(
                failure(network.connectAsync(NOWHERE)),
                ConnectException.class,
                SystemError.CONNECTION_REFUSED_POLLED,
                personality);
        assertSays(
                () -> network.connect(NOWHERE, dialling -> dialling.connectTimeout(SECOND)),
                NoRouteToHostException.class,
                SystemError.HOST_UNREACHABLE_POLLED,
                personality);
        assertSays(() -> network.connect(NOWHERE), SocketException.class, SystemError.CONNECTION_RESET, personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void transferFaultsHaveTheText(Personality personality) throws Exception {
        Connection end = network(personality).pair().client();
        end.faults().read(Fault.unreachable().once());
        end.faults().read(Fault.reset().nth(2));
        end.faults().write(Fault.unreachable().once());

        assertSays(
                () -> end.outputStream().write('x'),
                NoRouteToHostException.class,
                SystemError.HOST_UNREACHABLE_IN_TRANSFER,
                personality);
        assertSays(
                () -> Text.read(end),
                NoRouteToHostException.class,
                SystemError.HOST_UNREACHABLE_IN_TRANSFER,
                personality);
        assertSays(() -> Text.read(end), SocketException.class, SystemError.CONNECTION_RESET, personality);
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void resetFaultOfAWriteHasTheText(Personality personality) throws Exception {
        Connection end = network(personality).pair().client();
        end.faults().write(Fault.reset().once());

        assertSays(() -> Text.write(end, "x"), IOException.class, SystemError.CONNECTION_RESET_BY_PEER, personality);
        assertSays(() -> Text.write(end, "x"), IOException.class, SystemError.BROKEN_PIPE, personality);
    }

    @Test
    void faultHasTheTextOfTheNetworkItFiresIn() {
        Fault refuse = Fault.refuse();
        for (Personality personality : Personality.values()) {
            Network network = network(personality);
            network.faults().connect(refuse);

            assertSays(
                    () -> network.connect(NOWHERE),
                    ConnectException.class,
                    SystemError.CONNECTION_REFUSED,
                    personality);
        }
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void timeoutsHaveTheJdkTextEverywhere(Personality personality) throws Exception {
        Listener listener = fullListener(network(personality));
        Connection end = listener.network().pair().client();
        end.readTimeout(SECOND);
        Background<?> dial = Background.call(() -> listener.connect(dialling -> dialling.connectTimeout(SECOND)));
        Background<?> accept =
                Background.call(() -> listener.network().listen("10.0.0.3:80").accept(SECOND));
        Background<?> read = Background.call(() -> Text.read(end));
        List.of(dial, accept, read).forEach(Background::awaitParked);

        clock.advanceTimeBy(SECOND);

        assertThat(dial.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
        assertThat(accept.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Accept timed out");
        assertThat(read.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void timeoutFaultsHaveTheJdkTextEverywhere(Personality personality) throws Exception {
        Network network = network(personality);
        Connection end = network.pair().client();
        Listener listener = network.listen();
        end.faults().read(Fault.timeout());
        network.faults().connect(Fault.timeout());
        listener.faults().accept(Fault.timeout());

        assertThatThrownBy(() -> Text.read(end)).hasMessage("Read timed out");
        assertThatThrownBy(listener::connect).hasMessage("Connect timed out");
        assertThatThrownBy(listener::accept).hasMessage("Accept timed out");
    }

    @ParameterizedTest
    @EnumSource(Personality.class)
    void closedSocketHasTheJdkTextEverywhere(Personality personality) throws Exception {
        Connection end = network(personality).pair().client();
        end.close();

        assertThatThrownBy(() -> end.inputStream().read())
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
        assertThatThrownBy(() -> end.outputStream().write('x'))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
    }

    @Test
    void theDefaultIsLinux() {
        assertThat(NetworkConfig.defaults().personality()).isEqualTo(Personality.LINUX);
        assertThat(NetworkConfig.strict().personality()).isEqualTo(Personality.LINUX);
    }

    @Test
    void aBuilderKeepsIt() {
        NetworkConfig config =
                NetworkConfig.builder().personality(Personality.MACOS).build();

        assertThat(config.toBuilder().build().personality()).isEqualTo(Personality.MACOS);
        assertThatThrownBy(() -> NetworkConfig.builder().personality(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("personality");
    }

    private Network network(Personality personality) {
        return network(NetworkConfig.builder().personality(personality));
    }

    private Network network(NetworkConfig.Builder settings) {
        Network network = Network.create(settings.clock(clock).build());
        networks.add(network);
        return network;
    }

    /** A listener on 10.0.0.1:80 with a full accept queue. */
    private static Listener fullListener(Network network) throws IOException {
        Listener listener = network.listen("10.0.0.1:80");
        listener.backlog(1);
        listener.connect();
        listener.connect();
        return listener;
    }

    private static ConnectionPair reset(Network network) throws IOException {
        ConnectionPair pair = network.pair();
        pair.server().reset();
        return pair;
    }

    private static void assertSays(
            ThrowingCallable call, Class<? extends IOException> type, SystemError error, Personality personality) {
        assertSays(catchThrowable(call), type, error, personality);
    }

    private static void assertSays(
            Throwable thrown, Class<? extends IOException> type, SystemError error, Personality personality) {
        assertThat(thrown).isExactlyInstanceOf(type).hasMessage(error.text(personality));
    }

    private static Throwable failure(CompletionStage<?> stage) {
        Throwable thrown = catchThrowable(() -> stage.toCompletableFuture().join());
        return thrown instanceof CompletionException ? thrown.getCause() : thrown;
    }
}
